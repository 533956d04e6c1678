/**
 * The mesh of a development machine, as a process:
 *   node local/mesh/main.ts --manifests <folder> --endpoints <file> --admin-port <port>
 * or MESH_MANIFESTS, MESH_ENDPOINTS, MESH_ADMIN_PORT. Reloads on change, on SIGHUP and on POST /reload.
 */
import { parseArgs } from 'node:util';
import { AccessLog } from './access-log.ts';
import { createAdminServer } from './admin.ts';
import { Listener } from './listeners.ts';
import { ManifestError } from './manifests.ts';
import { MeshServer } from './mesh-server.ts';
import { type Watcher, watchFiles } from './reload.ts';

const { values } = parseArgs({
  options: {
    manifests: { type: 'string', default: process.env['MESH_MANIFESTS'] ?? '' },
    endpoints: { type: 'string', default: process.env['MESH_ENDPOINTS'] ?? '' },
    'admin-port': { type: 'string', default: process.env['MESH_ADMIN_PORT'] ?? '' },
  },
});
const { manifests, endpoints, 'admin-port': adminPort } = values;

function fail(why: string): never {
  process.stderr.write(`mesh: ${why.replaceAll('\n', '\nmesh: ')}\n`);
  process.exit(1);
}

if (manifests === '') fail('--manifests (MESH_MANIFESTS) is missing: the folder of rendered manifests');
if (endpoints === '') fail('--endpoints (MESH_ENDPOINTS) is missing: the endpoints file');
if (!/^\d{1,5}$/.test(adminPort)) fail('--admin-port (MESH_ADMIN_PORT) must be a port, 0 for a free one');

const log = new AccessLog((text) => process.stdout.write(text));
const mesh = new MeshServer({ manifests, endpoints, log });
let watcher: Watcher;
try {
  // Watched first, so that no change falls between reading and watching.
  watcher = await watchFiles({ manifests, endpoints }, () => void mesh.load());
  await mesh.load();
} catch (error) {
  if (error instanceof ManifestError) fail(`the manifests cannot be served:\n${error.message}`);
  fail(error instanceof Error ? error.message : String(error));
}
const admin = await new Listener(createAdminServer(mesh), { host: '127.0.0.1', port: Number(adminPort) }).start();
log.event('info', 'mesh is ready', { admin: admin.port, ...mesh.describe().listeners });

process.on('SIGHUP', () => void mesh.load());
const stop = async () => {
  watcher.close();
  await Promise.all([mesh.stop(), admin.stop(AbortSignal.timeout(1000))]);
  log.event('info', 'mesh has stopped');
  log.flush();
};
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void stop());

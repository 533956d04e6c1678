import { readFile } from 'node:fs/promises';
import { environments } from '@ticketaka/charts/environments/index';
import { parseJwks } from '@ticketaka/charts/jwks';
import { writeManifests } from '@ticketaka/charts/manifest-files';
import { render } from '@ticketaka/charts/render';
import { services } from '@ticketaka/charts/services';
import { writeJsonFile } from './json-file.ts';
import type { Paths } from './paths.ts';
import { type SelectedWorkload, workloadsOf } from './selection.ts';

/** One sandbox speaks for both. */
const sandboxOf: Readonly<Record<string, string>> = { holidays: 'kopis' };

type Ports = Readonly<Record<string, number>>;

/** Renders the manifests of the environment `local`, with the ports and keys of this platform. The mesh follows. */
export async function renderManifests(paths: Paths, ports: Ports): Promise<void> {
  const { local } = environments;
  const { stores, egress } = local;
  const environment = {
    ...local,
    stores: {
      mariadb: { ...stores.mariadb, port: ports['mariadb'] ?? stores.mariadb.port },
      redis: { ...stores.redis, port: ports['redis'] ?? stores.redis.port },
      rabbitmq: { ...stores.rabbitmq, port: ports['amqp'] ?? stores.rabbitmq.port },
    },
    egress: Object.fromEntries(
      Object.entries(egress).map(([name, server]) => [
        name,
        { ...server, port: ports[sandboxOf[name] ?? name] ?? server.port },
      ]),
    ),
  };
  const jwks = parseJwks(JSON.parse(await readFile(paths.jwks, 'utf8')), paths.jwks);
  await writeManifests(render({ environment, jwks }), paths.manifests);
}

/** Tells the mesh where everything runs. What was not selected is known, and runs nowhere. */
export function writeEndpoints(paths: Paths, ports: Ports, selected: readonly SelectedWorkload[]): void {
  const running = new Set(selected.map(({ name }) => name));
  const workloads = workloadsOf(services).map(({ name, kind, replicas }) => {
    const serving = running.has(name) && kind === 'http' ? replicas : [];
    const addresses = serving.map((replica) => `127.0.0.1:${ports[replica]}`);
    return [name, { addresses, outboundPort: ports[`${name}/outbound`] ?? 0 }] as const;
  });
  writeJsonFile(paths.endpoints, { gateway: { port: ports['gateway'] }, workloads: Object.fromEntries(workloads) });
}

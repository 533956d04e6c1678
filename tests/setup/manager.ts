/**
 * The process that keeps the servers of one test run. It serves the harness of services/platform/testing, says its
 * address in one line, and ends, with every server, when its input closes: that is when the run has ended, however.
 */
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { startGuard } from '@ticketaka/local/process/index';
import { ensureInstalled } from '@ticketaka/local/servers/index';
import { ServerPool, type Wanted } from './server-pool.ts';

await ensureInstalled((line) => process.stderr.write(`${line}\n`));
const dir = await mkdtemp(join(tmpdir(), 'ticketaka-test-'));
const guard = startGuard();
const pool = new ServerPool(dir, guard);
const [, , token = ''] = process.argv;

const server = createServer((request, response) => {
  void answer(request).then(
    (body) => response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body ?? null)),
    (error: unknown) => response.writeHead(500).end(String(error)),
  );
});
server.listen(0, '127.0.0.1');
await once(server, 'listening');
const address = server.address();
const port = typeof address === 'object' && address ? address.port : 0;
process.stdout.write(`http://127.0.0.1:${port}/${token}\n`);

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.stdin.destroy());
process.stdin.resume();
await once(process.stdin, 'close');
await pool.close();
guard.close();
await rm(dir, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
process.exit(0);

async function answer(request: IncomingMessage) {
  const [, given, what = '', id = '', order = ''] = (request.url ?? '').split('/');
  if (given !== token) throw new Error('wrong address');
  // Only the harness knows the token, and it sends what the types say.
  const body = (await json(request)) as { signal?: NodeJS.Signals };
  if (what === 'shared') return await pool.shared(id as Wanted['kind']);
  if (what === 'private' && id === '') return await pool.startPrivate(body as Wanted);
  if (request.method === 'DELETE') return await pool.removePrivate(id);
  if (order === 'kill') return await pool.private(id).kill();
  if (order === 'start') return await pool.private(id).start();
  if (order === 'signal' && body.signal) return await pool.private(id).signal(body.signal);
  throw new Error(`${request.url} means nothing`);
}

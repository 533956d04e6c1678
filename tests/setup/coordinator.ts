import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** Lets tests in this process and its children have servers. */
export interface TestServers extends AsyncDisposable {
  /** What TICKETAKA_TEST_SERVERS is set to. */
  readonly address: string;
}

/**
 * Tells whoever asks where the manager of the test servers is, and starts it at the first question, so that a run
 * without such tests pays nothing. Sets TICKETAKA_TEST_SERVERS for the harness. Disposing stops every server.
 */
export async function offerTestServers(): Promise<TestServers> {
  const token = randomBytes(16).toString('hex');
  let manager: Promise<Manager> | undefined;
  const server = createServer((request, response) => {
    if (request.url !== `/${token}`) {
      response.writeHead(404).end();
      return;
    }
    manager ??= startManager(token);
    manager.then(
      ({ address }) => response.end(JSON.stringify({ manager: address })),
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  server.unref();
  const at = server.address();
  const address = `http://127.0.0.1:${typeof at === 'object' && at ? at.port : 0}/${token}`;
  process.env['TICKETAKA_TEST_SERVERS'] = address;
  return {
    address,
    async [Symbol.asyncDispose]() {
      delete process.env['TICKETAKA_TEST_SERVERS'];
      server.close();
      server.closeAllConnections();
      const running = await manager?.catch(() => undefined);
      if (!running) return;
      const ended = once(running.child, 'exit');
      // Whoever waits for the end must live to see it.
      running.child.ref();
      running.child.stdin?.end();
      if (running.child.exitCode === null) await ended;
    },
  };
}

interface Manager {
  readonly child: ChildProcess;
  readonly address: string;
}

async function startManager(token: string): Promise<Manager> {
  const child = spawn(process.execPath, [fileURLToPath(new URL('manager.ts', import.meta.url)), token], {
    stdio: ['pipe', 'pipe', 'inherit'],
    // Out of reach of a Ctrl-C, since it has to tidy up after one; it ends when its input does.
    detached: true,
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  child.unref();
  const lines = createInterface({ input: child.stdout });
  const ended = once(child, 'exit').then(([code]: unknown[]) => {
    throw new Error(`the manager of the test servers ended with ${String(code)}`);
  });
  ended.catch(() => {
    // Matters only until the address is known.
  });
  const [address] = (await Promise.race([once(lines, 'line'), ended])) as [string];
  return { child, address };
}

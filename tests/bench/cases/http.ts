import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { waitFor } from '@ticketaka/platform/testing';
import autocannon from 'autocannon';
import { z } from 'zod';
import type { BenchCase, Sample } from '../harness.ts';

const seconds = 3;
const connections = 32;
const body = JSON.stringify({
  performanceId: '0193e3a0-0000-7000-8000-000000000001',
  session: 'evening',
  seats: ['A-12', 'A-13', 'A-14', 'A-15'],
  note: 'two of us arrive late',
});

/** CPU time of the server for each request: what a core can do, whatever else the machine is doing. */
export const http: BenchCase = {
  name: 'http',
  summary: 'our server with validation, log and metrics, against stock Express 5 with nothing, both echo JSON',
  unit: 'µs/request',
  // Why not less: docs/decisions/0004-http-speed-target.md
  target: { bound: 'at most', ratio: 1 },
  async prepare() {
    const [ours, stock, bare] = await Promise.all(['ours', 'express', 'node'].map((name) => startServer(name)));
    if (!ours || !stock || !bare) throw new Error('a server is missing');
    return {
      subject: () => loadLogged(ours),
      reference: () => load(stock),
      figures: async () => ({ 'node:http µs/request': Math.round((await load(bare)).value * 10) / 10 }),
      async close() {
        await Promise.all([ours, stock, bare].map((server) => server.stop()));
      },
    };
  },
};

interface Server {
  readonly url: string;
  /** CPU time used so far, in microseconds. */
  cpu(): Promise<number>;
  /** Written to standard output so far. */
  lines(): number;
  stop(): Promise<void>;
}

const message = z.object({ port: z.number().optional(), cpu: z.number().optional() });

async function startServer(name: string): Promise<Server> {
  // The log goes where production's would: out of the process.
  const child = fork(join(import.meta.dirname, 'http-server.ts'), [name], {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  let lines = 0;
  child.stdout?.on('data', (chunk: Buffer) => {
    for (let at = chunk.indexOf(10); at !== -1; at = chunk.indexOf(10, at + 1)) lines += 1;
  });
  const { port } = await reply(child);
  return {
    url: `http://127.0.0.1:${port}`,
    async cpu() {
      child.send('cpu');
      return (await reply(child)).cpu ?? Number.NaN;
    },
    lines: () => lines,
    async stop() {
      const exited = once(child, 'exit');
      child.kill();
      await exited;
    },
  };
}

async function reply(child: ChildProcess) {
  const [given] = await once(child, 'message');
  return message.parse(given);
}

/** Right only when every answer has its line in the log, too. */
async function loadLogged(server: Server): Promise<Sample> {
  const before = server.lines();
  const { value, correct, answered } = await load(server);
  await waitFor(() => server.lines() - before >= answered, { what: 'a line for every request' });
  return { value, correct };
}

async function load(server: Server): Promise<Sample & { readonly answered: number }> {
  const before = await server.cpu();
  const result = await autocannon({
    url: `${server.url}/echo`,
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
    expectBody: body,
    connections,
    duration: seconds,
  });
  const used = (await server.cpu()) - before;
  const answered = result['2xx'];
  const correct = answered > 0 && result.non2xx === 0 && result.errors === 0 && result.mismatches === 0;
  return { value: used / answered, correct, answered };
}

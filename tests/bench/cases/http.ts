import { join } from 'node:path';
import autocannon from 'autocannon';
import type { BenchCase, Sample } from '../harness.ts';
import { type ChildServer, startChildServer } from './child-server.ts';

const file = join(import.meta.dirname, 'http-server.ts');
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
    const [ours, stock, bare] = await Promise.all(
      ['ours', 'express', 'node'].map((name) => startChildServer(file, name)),
    );
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

/** Right only when every answer has its line in the log, too. */
function loadLogged(server: ChildServer): Promise<Sample> {
  return server.logged(() => load(server));
}

async function load(server: ChildServer): Promise<Sample & { readonly answered: number }> {
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

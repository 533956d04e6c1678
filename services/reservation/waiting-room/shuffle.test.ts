import { createHash, createHmac } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { commitmentOf, digestOf, drawOrder, entrantBytes, entrantOf } from './shuffle.ts';
import { verifyMain } from './verify-main.ts';
import { type ShuffleRecord, verifyShuffle } from './verify-shuffle.ts';

const fixed = (text: string) => createHash('sha256').update(text).digest();

function lobbyOf(count: number, name = 'session') {
  const ids = Array.from({ length: count }, (_, index) => entrantOf(fixed(name), `member ${index}`));
  return Buffer.concat(ids.toSorted((a, b) => a.compare(b)));
}

const idsOf = (entrants: Buffer) =>
  Array.from({ length: entrants.length / entrantBytes }, (_, index) =>
    entrants.toString('hex', index * entrantBytes, (index + 1) * entrantBytes),
  );

async function recordOf(count: number): Promise<ShuffleRecord & { order: string[]; entrants: string[] }> {
  const [seed, lobby] = [fixed('seed'), lobbyOf(count)];
  const entrants = idsOf(lobby);
  const order = Array.from(await drawOrder({ seed, entrants: lobby }), (index) => entrants[index] ?? '');
  return {
    seed: seed.toString('hex'),
    commitment: commitmentOf(seed).toString('hex'),
    entrantsDigest: digestOf(lobby).toString('hex'),
    entrants,
    order,
  };
}

describe('the draw', () => {
  it('is what its description says: the order of HMAC(HMAC(seed, digest), entrant)', async () => {
    const { entrants, order } = await recordOf(5_000);
    const key = createHmac('sha256', fixed('seed'))
      .update(digestOf(lobbyOf(5_000)))
      .digest();
    const rank = (id: string) => createHmac('sha256', key).update(Buffer.from(id, 'hex')).digest('hex');
    const ranked = entrants.map((id) => ({ id, rank: rank(id) })).toSorted((a, b) => (a.rank < b.rank ? -1 : 1));
    expect(order).toEqual(ranked.map(({ id }) => id));
  });

  it('gives everybody one number', async () => {
    const order = await drawOrder({ seed: fixed('seed'), entrants: lobbyOf(3_000) });
    expect(new Set(order).size).toBe(3_000);
    expect(await drawOrder({ seed: fixed('seed'), entrants: Buffer.alloc(0) })).toHaveLength(0);
  });

  it('favours nobody: over 2,000 seeds each of 10 entrants has each number equally often', async () => {
    const [people, draws] = [10, 2_000];
    const entrants = lobbyOf(people);
    const counts = new Float64Array(people * people);
    for (let draw = 0; draw < draws; draw += 1) {
      const order = await drawOrder({ seed: fixed(`seed ${draw}`), entrants });
      for (const [place, index] of order.entries())
        counts[index * people + place] = (counts[index * people + place] ?? 0) + 1;
    }
    const expected = draws / people;
    const chiSquare = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
    // 81 degrees of freedom: 99.9 % of fair draws stay below 126. The seeds are fixed, so the figure is always the same.
    expect(chiSquare).toBeLessThan(126);
    expect(chiSquare).toBeGreaterThan(40);
  });

  it('comes out otherwise when one entrant more is in the list, so a seed cannot be picked beforehand', async () => {
    const lobby = lobbyOf(200);
    const without = lobby.subarray(0, -entrantBytes);
    const seed = fixed('seed');
    const all = [...(await drawOrder({ seed, entrants: lobby }))].filter((index) => index !== 199);
    expect(all).not.toEqual([...(await drawOrder({ seed, entrants: without }))]);
  });
});

describe('verifyShuffle', () => {
  it('takes an honest record, with and without the order', async () => {
    const record = await recordOf(500);
    expect(await verifyShuffle(record)).toEqual({ holds: true, order: record.order });
    expect(await verifyShuffle({ ...record, order: undefined })).toEqual({ holds: true, order: record.order });
  });

  it('catches another seed', async () => {
    const record = await recordOf(500);
    const seed = fixed('a seed with friends in front').toString('hex');
    expect(await verifyShuffle({ ...record, seed })).toEqual({ holds: false, fault: 'seed' });
    expect(await verifyShuffle({ ...record, seed: '' })).toEqual({ holds: false, fault: 'seed' });
  });

  it('catches an entrant who was added, left out, replaced or is there twice', async () => {
    const record = await recordOf(500);
    const [first = '', second = ''] = record.entrants;
    const lists = [
      ['00'.repeat(16), ...record.entrants],
      record.entrants.slice(1),
      ['00'.repeat(16), ...record.entrants.slice(1)],
      [first, ...record.entrants],
      [second, first, ...record.entrants.slice(2)],
      [first.toUpperCase(), ...record.entrants.slice(1)],
    ];
    for (const entrants of lists) {
      expect(await verifyShuffle({ ...record, entrants })).toEqual({ holds: false, fault: 'entrants' });
    }
  });

  it('catches an order in which two have changed places, or one is missing', async () => {
    const record = await recordOf(500);
    const order = record.order.with(3, record.order[4] ?? '').with(4, record.order[3] ?? '');
    expect(await verifyShuffle({ ...record, order })).toEqual({ holds: false, fault: 'order' });
    expect(await verifyShuffle({ ...record, order: record.order.slice(1) })).toEqual({ holds: false, fault: 'order' });
  });
});

describe('the command', () => {
  async function run(...args: string[]) {
    const lines: string[] = [];
    const status = await verifyMain(args, (line) => void lines.push(line));
    return { status, said: lines.join('\n') };
  }

  it('reads a file, and says which number an entrant has', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'shuffle-'));
    try {
      const record = await recordOf(50);
      const file = join(directory, 'record.json');
      await writeFile(file, JSON.stringify(record));
      const { status, said } = await run(file, '--entrant', record.order[6] ?? '');
      expect(said).toContain('This entrant has the number 7.');
      expect(status).toBe(0);
      expect(await run(file, '--commitment', '00')).toMatchObject({ status: 1 });
      await writeFile(file, JSON.stringify({ ...record, seed: fixed('x').toString('hex') }));
      expect((await run(file)).said).toContain('DOES NOT HOLD: the seed');
      expect(await run()).toMatchObject({ status: 2 });
    } finally {
      await rm(directory, { recursive: true });
    }
  });

  it('reads a URL, page by page', async () => {
    const record = await recordOf(50);
    const server = createServer((request, response) => {
      const after = new URL(request.url ?? '', 'http://here').searchParams.get('after') ?? '';
      const entrants = record.entrants.filter((entrant) => entrant > after).slice(0, 20);
      const next = entrants.length < 20 ? null : entrants.at(-1);
      response.end(JSON.stringify({ ...record, order: undefined, entrants, next }));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    try {
      const at = server.address();
      const port = typeof at === 'object' && at ? at.port : 0;
      const { status, said } = await run(`http://127.0.0.1:${port}/shuffle`, '--commitment', record.commitment);
      expect(said).toBe('It holds: 50 entrants, drawn by the seed that was committed to.');
      expect(status).toBe(0);
    } finally {
      await new Promise((resolve) => server.close(resolve));
    }
  });
});

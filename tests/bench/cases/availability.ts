import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { createLogger } from '@ticketaka/platform/log';
import { openRedis } from '@ticketaka/platform/redis';
import { createTestRedis, waitFor } from '@ticketaka/platform/testing';
import {
  createSeatImage,
  readUnit,
  type SeatImage,
  type TakenUnit,
} from '../../../services/reservation/seats/index.ts';
import type { BenchCase } from '../harness.ts';
import { startChildServer } from './child-server.ts';
import { emptyLoad, getLoad } from './get-load.ts';
import { StreamCrowd } from './stream-crowd.ts';

const file = join(import.meta.dirname, 'availability-server.ts');
const units = 50_000;
const clients = 2_000;
const changes = 100;
const asBrowsersDo = { 'accept-encoding': 'gzip, deflate, br' };
const slowest = `p99 ms from a hold to ${clients} clients of the stream`;

export const availability: BenchCase = {
  name: 'availability',
  summary: 'the whole picture of 50 000 units, against our own route that answers {}; and changes to 2 000 streams',
  unit: 'requests/s of CPU',
  target: { bound: 'at least', ratio: 0.8 },
  limits: { 'bytes of the picture': 12_500, [slowest]: 250 },
  async prepare() {
    const server = await createTestRedis('reservation');
    const log = createLogger({ service: 'bench', workload: 'availability', level: 'silent' });
    const redis = await openRedis({ url: server.url, service: 'reservation', log });
    const image = createSeatImage({ redis });
    const id = randomUUID();
    await image.rebuild(id, { epoch: 1, units, taken: halfSold() });
    const child = await startChildServer(file, `${server.url} ${id} ${units}`);
    const url = `${child.url}/api/reservations/sessions/${id}/availability`;
    const right = async () => {
      const answer = await fetch(url, { headers: { 'accept-encoding': 'identity' } });
      const bits = Buffer.from(await answer.arrayBuffer());
      const picture = await image.bits(id);
      return {
        etag: answer.headers.get('etag') ?? '',
        bits,
        same: picture.kind === 'bits' && bits.equals(picture.bitmap),
      };
    };
    await waitFor(async () => (await right()).same);

    return {
      async subject() {
        const load = await getLoad(child, { urls: [url], headers: asBrowsersDo, status: 200 });
        return { ...load, correct: load.correct && (await right()).same };
      },
      reference: () => emptyLoad(child),
      async figures() {
        const { bits, etag } = await right();
        const held = await getLoad(child, { urls: [url], headers: { 'if-none-match': etag }, status: 304 });
        const plain = await getLoad(child, { urls: [url], status: 200 });
        const compressed = await fetch(url, { headers: { 'accept-encoding': 'br' } });
        return {
          'bytes of the picture': bits.length,
          'bytes compressed (br)': Number(compressed.headers.get('content-length')),
          'requests/s of CPU of who takes it as it is': Math.round(plain.value),
          'requests/s of CPU of who has it (304)': Math.round(held.value),
          ...(await streamFigures(`${url}/stream`, { image, id, after: etag.replaceAll('"', '') })),
        };
      },
      async close() {
        await child.stop();
        redis.disconnect();
        await server[Symbol.asyncDispose]();
      },
    };
  },
};

/** Groups of one to six here and there, the same in every run: as little as there is to be compressed in a real house. */
function halfSold(): TakenUnit[] {
  let seed = 1;
  const next = (below: number) => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed % below;
  };
  const taken: TakenUnit[] = [];
  for (let unit = next(6); unit < units; unit += 1 + next(6)) {
    for (let left = 1 + next(6); left > 0 && unit < units; left -= 1, unit += 1) taken.push({ unit, state: 'sold' });
  }
  return taken;
}

/** Holds of four seats now and then, each of which everybody hears of. */
async function streamFigures(url: string, { image, id, after }: { image: SeatImage; id: string; after: string }) {
  const crowd = await StreamCrowd.join(url, { size: clients, after });
  try {
    const picture = await image.bits(id);
    if (picture.kind !== 'bits') throw new Error('the picture is gone');
    const free = Array.from({ length: units }, (_, unit) => unit).filter(
      (unit) => readUnit(picture.bitmap, unit) === 0,
    );
    let version = Number(after.split('-')[1]);
    for (let change = 0; change < changes; change += 1) {
      const request = {
        epoch: 1,
        holdId: `h${change}`,
        memberId: `m${change}`,
        requestHash: '',
        limit: 4,
        ttlMs: 600_000,
      };
      version += 1;
      crowd.sends(version);
      const outcome = await image.hold(id, { ...request, candidates: [free.slice(change * 4, change * 4 + 4)] });
      if (outcome.kind !== 'held') throw new Error(`not held: ${outcome.kind}`);
      await delay(change % 90);
    }
    await crowd.heard(version);
    const times = crowd.latencies.toSorted((one, other) => one - other);
    const at = (share: number) => Math.round(times[Math.floor(times.length * share)] ?? Number.NaN);
    if (times.length !== clients * changes || crowd.lost > 0) throw new Error('somebody did not hear of everything');
    return { 'median ms from a hold to the clients of the stream': at(0.5), [slowest]: at(0.99) };
  } finally {
    crowd.leave();
  }
}

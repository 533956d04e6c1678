import { randomUUID } from 'node:crypto';
import { createLogger } from '@ticketaka/platform/log';
import { createMetrics } from '@ticketaka/platform/metrics';
import { openRedis, type Redis } from '@ticketaka/platform/redis';
import { createTestRedis, waitFor } from '@ticketaka/platform/testing';
import { changesKey, createSeatImage, parseChange, sequenceText } from '../../seats/index.ts';
import { type AvailabilityOptions, type ChangeStream, createAvailability } from '../index.ts';

const names = { service: 'reservation', workload: 'test' };
export const log = createLogger({ ...names, level: 'silent' });
export const changes: ChangeStream = { keyOf: changesKey, parse: parseChange, idOf: sequenceText };

/** A session of two grades, in turns, and one unit of four that is never sold. */
export function session(units = 200) {
  const gradeOf = Int16Array.from({ length: units }, (_, unit) => (unit % 4 === 3 ? -1 : unit % 2));
  return { id: randomUUID(), units, gradeOf, grades: [{}, {}] };
}

/** A seat image in a Redis of its own, and what is mirrored of it. */
export async function world(options: Partial<AvailabilityOptions> = {}) {
  const server = await createTestRedis('reservation');
  const redis = await openRedis({ url: server.url, service: 'reservation', log });
  const root = await openRedis({ url: server.rootUrl, service: 'reservation', log });
  const image = createSeatImage({ redis });
  const metrics = createMetrics({ ...names, ofProcess: false });
  const availability = createAvailability({ image, changes, redis, log, metrics, tickMs: 10, ...options });
  await availability.start();
  let seq = 0;

  return {
    redis,
    root,
    image,
    metrics,
    availability,
    /** Puts a picture of nothing taken in its place. */
    async build(id: string, { units = 200, epoch = 1 } = {}) {
      const outcome = await image.rebuild(id, { epoch, units, taken: [] });
      if (outcome.kind !== 'rebuilt') throw new Error(`not built: ${outcome.kind}`);
    },
    async hold(id: string, units: readonly number[], epoch = 1) {
      seq += 1;
      const holdId = `hold-${seq}`;
      const request = { epoch, holdId, memberId: `m${seq}`, requestHash: 'x', limit: 1_000, ttlMs: 600_000 };
      const outcome = await image.hold(id, { ...request, candidates: [units] });
      if (outcome.kind !== 'held') throw new Error(`not held: ${outcome.kind}`);
      return holdId;
    },
    /** Waits until the mirror is where Redis is, and gives what Redis has. */
    async caughtUp(id: string) {
      return await waitFor(
        async () => {
          const bits = await image.bits(id);
          const at = availability.mirror.trusted(id)?.position;
          if (bits.kind !== 'bits' || !at) return undefined;
          return sequenceText(bits.version) === `${at.epoch}-${at.count}` ? bits : undefined;
        },
        { what: 'the mirror to be where Redis is', timeoutMs: 20_000 },
      );
    },
    async [Symbol.asyncDispose]() {
      await availability.stop();
      for (const connection of [redis, root] satisfies Redis[]) connection.disconnect();
      await server[Symbol.asyncDispose]();
    },
  };
}

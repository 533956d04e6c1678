import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '@ticketaka/platform/ids';
import { createLogger } from '@ticketaka/platform/log';
import { type Database, migrate, openDatabase } from '@ticketaka/platform/mariadb';
import { createMetrics } from '@ticketaka/platform/metrics';
import { createOutbox } from '@ticketaka/platform/outbox';
import { openRedis, type Redis } from '@ticketaka/platform/redis';
import { createTestDatabase, createTestRedis } from '@ticketaka/platform/testing';
import { sql } from 'kysely';
import { claimAll } from '../../services/reservation/claims/claim.ts';
import { type ClaimRequest, type Claims, createClaims } from '../../services/reservation/claims/index.ts';
import { migrations } from '../../services/reservation/migrations/index.ts';
import { createSeatImage, type SeatImage } from '../../services/reservation/seats/index.ts';
import { service } from '../../services/reservation/service.ts';
import type { Schema } from '../../services/reservation/store/schema.ts';
import { stormScale, tally } from './tally.ts';

/** The writers of claims and the scripts of holds, without HTTP in front of them: as many tries as the machine carries. */

type Test<T> = T & AsyncDisposable;

const log = createLogger({ service: 'reservation', workload: 'test', level: 'silent' });
let database: Test<{ readonly url: string }>;
let memory: Test<{ readonly url: string; readonly rootUrl: string }>;
let dbs: Database<Schema>[] = [];
let redis: Redis;
let image: SeatImage;
beforeAll(async () => {
  [database, memory] = await Promise.all([createTestDatabase(service), createTestRedis(service)]);
  dbs = await Promise.all([1, 2].map(() => openDatabase<Schema>({ url: database.url, log, poolSize: 4 })));
  await migrate(db(), migrations, log);
  redis = await openRedis({ url: memory.url, service: service.name, log, commandTimeoutMs: 60_000 });
  image = createSeatImage({ redis });
}, 120_000);
afterAll(async () => {
  redis.disconnect();
  await Promise.all(dbs.map((each) => each.close()));
  await Promise.all([database, memory].map((each) => each[Symbol.asyncDispose]()));
});

function db(): Database<Schema> {
  const [first] = dbs;
  if (!first) throw new Error('there is no database');
  return first;
}

/** Writers as two replicas have them: they know nothing of each other. */
function writers(): readonly Claims[] {
  const metrics = createMetrics({ service: 'reservation', workload: 'test', ofProcess: false });
  const nothing = () => Promise.reject(new Error('nothing is told here'));
  const broker = { publish: nothing, publishBatch: nothing };
  return dbs.map((each) => {
    const outbox = createOutbox({ service: service.name, db: each, broker, log });
    return createClaims({ db: each, outbox, metrics, batch: undefined });
  });
}

function claimOf(units: readonly number[], more: Partial<ClaimRequest> = {}): ClaimRequest {
  return {
    reservationId: newId(),
    performanceId: newId(),
    memberId: newId(),
    holdId: randomBytes(16).toString('base64url'),
    request: { key: randomBytes(32).toString('base64url'), hash: randomBytes(32).toString('base64url') },
    kind: 'bought',
    fence: 1,
    tickets: units.map((unit) => ({ id: newId(), unit, grade: 'R', label: '{}', price: 50_000 })),
    fee: 2_000,
    paymentKey: null,
    policy: 'standard',
    startsAt: new Date(Date.now() + 86_400_000),
    shown: '{}',
    limit: 4,
    payWithinSeconds: 600,
    settleAfterSeconds: 600,
    ...more,
  };
}

/** Units that more than one claim has, and more than one reservation says that it has. */
async function duplicates(sessionId: string): Promise<number> {
  const { rows } = await sql<{ unit: number }>`
    SELECT unit FROM seat_claims WHERE session_id = ${sessionId} GROUP BY unit HAVING COUNT(*) > 1
    UNION SELECT unit FROM tickets WHERE session_id = ${sessionId} GROUP BY unit HAVING COUNT(*) > 1`.execute(
    db().kysely,
  );
  return rows.length;
}

interface Storm {
  readonly sessionId: string;
  readonly units: number;
  readonly attempts: number;
}

/** Everybody wants some of the same units, at two writers. @returns units that were given, and other errors */
async function storm({ sessionId, units, attempts }: Storm) {
  const two = writers();
  let won = 0;
  const errors: unknown[] = [];
  let left = attempts;
  const crowd = Array.from({ length: 400 }, async (_, who) => {
    for (; left > 0; ) {
      left -= 1;
      const start = Math.floor(Math.random() * units);
      // Overlapping sets, in any order.
      const wanted = [...new Set([start, (start + 1) % units, (start + 2 + (who % 3)) % units])];
      if (who % 2) wanted.reverse();
      const writer = two[who % 2];
      try {
        const outcome = await writer?.claim(sessionId, claimOf(wanted));
        if (outcome?.kind === 'claimed') won += wanted.length;
        else if (outcome?.kind !== 'taken') errors.push(outcome);
      } catch (error) {
        errors.push(error);
      }
    }
  });
  await Promise.all(crowd);
  return { won, errors };
}

const sessionOf = async (units: number): Promise<Storm> => {
  const sessionId = newId();
  await sql`
    INSERT INTO sessions (session_id, performance_id, document, starts_at)
    VALUES (${sessionId}, ${newId()}, '{}', NOW(3))`.execute(db().kysely);
  return { sessionId, units, attempts: 0 };
};

describe('two writers of claims', () => {
  it(
    'give no unit twice, and fail for nobody',
    async () => {
      const attempts = 4_000 * stormScale;
      const asked = { ...(await sessionOf(Math.max(300, attempts / 20))), attempts };
      const { won, errors } = await storm(asked);
      const twice = await duplicates(asked.sessionId);
      tally(
        attempts,
        Array.from({ length: twice }, () => 'sold twice:'),
      );
      expect(errors).toEqual([]);
      expect(twice).toBe(0);
      const { rows } = await sql<{ n: number }>`
      SELECT COUNT(*) AS n FROM seat_claims WHERE session_id = ${asked.sessionId}`.execute(db().kysely);
      expect(Number(rows[0]?.n)).toBe(won);
    },
    120_000 * stormScale,
  );

  it('case 10: sell to the others when one of a batch cannot be written', async () => {
    const { sessionId } = await sessionOf(200);
    const [writer] = writers();
    const results = await Promise.allSettled(
      Array.from({ length: 64 }, async (_, who) =>
        // No database takes such a price.
        writer?.claim(sessionId, who === 20 ? claimOf([who], { fee: -1 }) : claimOf([who])),
      ),
    );
    const claimed = results.filter((result) => result.status === 'fulfilled' && result.value?.kind === 'claimed');
    expect([claimed.length, results[20]?.status]).toEqual([63, 'rejected']);
    expect(await duplicates(sessionId)).toBe(0);
  }, 60_000);

  it('case 10 without trying it by halves: who cannot be written takes all the others along', async () => {
    const { sessionId } = await sessionOf(200);
    const batch = Array.from({ length: 64 }, (_, who) => claimOf([who], who === 20 ? { fee: -1 } : {}));
    await expect(claimAll(db(), sessionId, batch)).rejects.toThrow();
    const { rows } = await sql`SELECT unit FROM seat_claims WHERE session_id = ${sessionId}`.execute(db().kysely);
    expect(rows).toEqual([]);
  });

  it('give units twice without the key of the table, which is counted', async () => {
    await sql`ALTER TABLE seat_claims DROP PRIMARY KEY, ADD KEY bare (session_id, unit)`.execute(db().kysely);
    try {
      let twice = 0;
      for (let round = 0; round < 20 && twice === 0; round += 1) {
        const asked = { ...(await sessionOf(300)), attempts: 400 };
        await storm(asked);
        twice = await duplicates(asked.sessionId);
      }
      expect(twice).toBeGreaterThan(0);
    } finally {
      await sql`DELETE FROM seat_claims`.execute(db().kysely);
      await sql`ALTER TABLE seat_claims DROP KEY bare, ADD PRIMARY KEY (session_id, unit)`.execute(db().kysely);
    }
  }, 120_000);
});

interface Holder {
  readonly holdId: string;
  readonly memberId: string;
}

/**
 * Holds, releases and settles in one picture by many callers, none waiting for another. The script that answers runs
 * alone, so the answers of one moment are in an order; what is checked needs none: the fencing numbers say it.
 */
async function holdAndRelease(sessionId: string, { units, attempts }: Pick<Storm, 'units' | 'attempts'>) {
  await image.rebuild(sessionId, { epoch: 1, units, taken: [] });
  const owner = new Map<number, Holder>();
  let twice = 0;
  let left = attempts;
  const crowd = Array.from({ length: 200 }, async () => {
    for (; left > 0; ) {
      left -= 1;
      const holder = { holdId: randomBytes(16).toString('base64url'), memberId: newId() };
      const start = Math.floor(Math.random() * (units - 3));
      const wanted = [start, start + 1, start + 2].slice(0, 1 + (left % 3));
      const common = { epoch: 1, requestHash: 'hash', limit: 4, ttlMs: 600_000, ...holder };
      const outcome = await image.hold(sessionId, { ...common, candidates: [wanted] });
      if (outcome.kind !== 'held') continue;
      for (const unit of outcome.units) {
        if (owner.has(unit)) twice += 1;
        owner.set(unit, holder);
      }
      if (left % 8 === 0) {
        await image.pin(sessionId, { ...holder, pinMs: 30_000 });
        await image.settle(sessionId, { holdId: holder.holdId, seq: outcome.seq });
        continue;
      }
      // Before the release is sent: from then on they may be another's.
      for (const unit of outcome.units) owner.delete(unit);
      await image.release(sessionId, holder);
    }
  });
  await Promise.all(crowd);
  return twice;
}

describe('the scripts of holds', () => {
  it(
    'never let two have one unit',
    async () => {
      const attempts = 15_000 * stormScale;
      const twice = await holdAndRelease(newId(), { units: Math.max(2_000, attempts / 4), attempts });
      tally(
        attempts,
        Array.from({ length: twice }, () => 'sold twice:'),
      );
      expect(twice).toBe(0);
    },
    120_000 * stormScale,
  );
});

import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { createLogger } from '@ticketaka/platform/log';
import { createMetrics } from '@ticketaka/platform/metrics';
import { type OpenTestDatabase, openTestDatabase, waitFor } from '@ticketaka/platform/testing';
import { dayNumberInSeoul, instantInSeoul } from '../../domain/seoul-date.ts';
import { migrations } from '../../migrations/index.ts';
import { KnownSession } from '../../sessions/known-session.ts';
import type { Schema } from '../../store/schema.ts';
import { makeShow } from '../../test/shows.ts';
import { createReminders } from '../index.ts';

const log = createLogger({ service: 'reservation', workload: 'test', level: 'silent' });
const metrics = createMetrics({ service: 'reservation', workload: 'test', ofProcess: false });
const day = dayNumberInSeoul(new Date()) + 30;
const made = makeShow();
const show = { ...made, session: { ...made.session, startsAt: instantInSeoul(day, '19:30').toISOString() } };

let db: OpenTestDatabase<Schema>;
beforeAll(async () => {
  db = await openTestDatabase<Schema>('reservation', { migrations });
}, 60_000);
afterAll(() => db[Symbol.asyncDispose]());

const counts = async () => {
  const rows = await db.query(
    `SELECT COUNT(n.id) AS n FROM reservations r
     LEFT JOIN notices n ON n.reservation_id = r.id AND n.kind = 'reminder' GROUP BY r.id`,
  );
  return (rows as { n: bigint }[]).map(({ n }) => Number(n));
};

it('two workers remind everybody once, batch by batch, though a third died amid a round', async () => {
  await db.query(
    `INSERT INTO reservations (id, session_id, performance_id, member_id, hold_id, kind, state, ticket_total, fee, fence,
       policy, starts_at, shown, confirmed_at)
     SELECT UUID(), ?, ?, UUID(), CONCAT('hold-', seq), 'bought', 'CONFIRMED', 0, 0, seq, 'standard', ?, '{}', NOW(3)
     FROM seq_1_to_40`,
    [show.session.id, show.performance.id, new Date(show.session.startsAt)],
  );
  await db.query('INSERT INTO sessions (session_id, performance_id, document, starts_at) VALUES (?, ?, ?, ?)', [
    show.session.id,
    show.performance.id,
    JSON.stringify(show),
    new Date(show.session.startsAt),
  ]);
  // What a worker leaves that was killed: nobody takes the round before its lease ends.
  await db.query('UPDATE reminder_rounds SET lease_token = UUID(), due_at = NOW(3) + INTERVAL 300000 MICROSECOND');
  const now = () => instantInSeoul(day - 1, '15:00');
  const sessions = { latest: async () => new KnownSession(show) };
  const workers = [1, 2].map(() => createReminders({ db, sessions, log, metrics, now, pollMs: 20, batch: 3 }));
  await Promise.all(workers.map((worker) => worker.start()));
  await waitFor(async () => (await counts()).every((n) => n > 0), {
    timeoutMs: 60_000,
    what: 'everybody to be reminded',
  });
  await Promise.all(workers.map((worker) => worker.stop()));
  expect(await counts()).toEqual(Array.from({ length: 40 }, () => 1));
}, 90_000);

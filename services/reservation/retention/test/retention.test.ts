import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { newId } from '@ticketaka/platform/ids';
import { createLogger } from '@ticketaka/platform/log';
import { type OpenTestDatabase, openTestDatabase, waitFor } from '@ticketaka/platform/testing';
import { migrations } from '../../migrations/index.ts';
import { KnownSession } from '../../sessions/index.ts';
import type { Schema } from '../../store/schema.ts';
import { makeShow } from '../../test/shows.ts';
import { createRetention } from '../index.ts';

const log = createLogger({ service: 'reservation', workload: 'test', level: 'silent' });
let db: OpenTestDatabase<Schema>;
beforeAll(async () => {
  db = await openTestDatabase<Schema>('reservation', { migrations });
}, 60_000);
afterAll(() => db[Symbol.asyncDispose]());

/** What goes with the sale, and what stays. */
const ofSale = {
  waiting_entrants: 'session_id',
  waiting_rooms: 'id',
  waitlist_units: 'session_id',
  waitlist: 'session_id',
  waitlist_sessions: 'id',
  member_sessions: 'session_id',
} as const;
const record = { seat_claims: 'session_id', reservations: 'session_id', tickets: 'session_id' } as const;

const run = (text: string, values: readonly unknown[] = []) => db.query(text, [...values]);

async function countOf(table: string, column: string, sessionId: string): Promise<number> {
  const rows = await run(`SELECT COUNT(*) AS n FROM ${table} WHERE ${column} = ?`, [sessionId]);
  return Number((rows as { n: bigint }[])[0]?.n);
}
const counts = async (tables: Readonly<Record<string, string>>, sessionId: string) =>
  Object.fromEntries(
    await Promise.all(
      Object.entries(tables).map(async ([table, column]) => [table, await countOf(table, column, sessionId)] as const),
    ),
  );

async function noticesOf(sessionId: string): Promise<number> {
  const rows = await run(
    'SELECT n.id FROM notices n JOIN reservations r ON r.id = n.reservation_id WHERE session_id = ?',
    [sessionId],
  );
  return (rows as unknown[]).length;
}

/** A session that began so many days ago, with something in every table. */
async function sessionOf(days: number): Promise<string> {
  const [id, reservation] = [newId(), newId()];
  const secret = Buffer.alloc(32);
  await run(
    "INSERT INTO sessions (session_id, performance_id, document, starts_at) VALUES (?, UUID(), '{}', NOW(3) - INTERVAL ? DAY)",
    [id, days],
  );
  await run(
    `INSERT INTO waiting_rooms (id, mode, state, seed, commitment, entrant_key, advanced_at, due_at)
     VALUES (?, 'on', 'open', ?, ?, ?, NOW(3), NOW(3))`,
    [id, secret, secret, secret],
  );
  await run('INSERT INTO waiting_entrants (session_id, entrant) SELECT ?, LPAD(seq, 16, 0) FROM seq_1_to_2500', [id]);
  await run(
    "INSERT INTO waitlist (id, session_id, member_id, quantity, state) VALUES (UUID(), ?, UUID(), 2, 'closed')",
    [id],
  );
  await run('INSERT INTO waitlist_units (session_id, unit) VALUES (?, 1)', [id]);
  await run('INSERT INTO waitlist_sessions (id) VALUES (?)', [id]);
  await run('INSERT INTO member_sessions (session_id, member_id, taken, max_units) VALUES (?, UUID(), 1, 4)', [id]);
  await run(
    `INSERT INTO reservations (id, session_id, performance_id, member_id, hold_id, kind, state, ticket_total, fee, fence,
       policy, starts_at, shown, confirmed_at)
     VALUES (?, ?, UUID(), UUID(), ?, 'bought', 'CONFIRMED', 0, 0, 1, 'standard', NOW(3), '{}', NOW(3))`,
    [reservation, id, id.slice(-22)],
  );
  await run("INSERT INTO seat_claims (session_id, unit, reservation_id, state) VALUES (?, 0, ?, 'sold')", [
    id,
    reservation,
  ]);
  await run(
    `INSERT INTO tickets (id, reservation_id, session_id, unit, grade, label, price, state)
     VALUES (UUID(), ?, ?, 0, 'VIP', '{}', 0, 'valid')`,
    [reservation, id],
  );
  await run("INSERT INTO notices (id, reservation_id, kind, detail) VALUES (UUID(), ?, 'confirmed', '{}')", [
    reservation,
  ]);
  return id;
}

const pruned = {
  waiting_entrants: 0,
  waiting_rooms: 0,
  waitlist_units: 0,
  waitlist: 0,
  waitlist_sessions: 0,
  member_sessions: 0,
};
const whole = {
  waiting_entrants: 2500,
  waiting_rooms: 1,
  waitlist_units: 1,
  waitlist: 1,
  waitlist_sessions: 1,
  member_sessions: 1,
};

it('deletes what a sale has left behind a month after its session, and nothing of what was sold', async () => {
  const [old, recent, toCome] = [await sessionOf(31), await sessionOf(29), await sessionOf(-1)];
  const putOff = await sessionOf(40);
  /** As performances has it: one of them was put off, of which nobody here has heard. */
  const latest = async (id: string) => {
    if (id !== putOff) return undefined;
    await run('UPDATE sessions SET starts_at = NOW(3) + INTERVAL 9 DAY WHERE session_id = ?', [id]);
    return new KnownSession(makeShow());
  };
  // Two replicas, in small steps.
  const workers = [1, 2].map(() => createRetention({ db, sessions: { latest }, log, everyMs: 50, chunk: 400 }));
  await Promise.all(workers.map((worker) => worker.start()));
  const isPruned = async () => {
    const rows = await run('SELECT pruned_at FROM sessions WHERE session_id = ? AND pruned_at IS NOT NULL', [old]);
    return (rows as unknown[]).length === 1;
  };
  await waitFor(isPruned, { timeoutMs: 30_000 });
  const modes = async () => {
    const rows = await run(
      'SELECT mode, due_at IS NULL AS idle FROM waiting_rooms WHERE id IN (?, ?) ORDER BY id = ?',
      [recent, toCome, toCome],
    );
    return (rows as { mode: string; idle: number }[]).map(({ mode, idle }) => `${mode} ${idle}`);
  };
  await waitFor(async () => (await modes())[0] === 'off 1', { timeoutMs: 30_000 });
  await Promise.all(workers.map((worker) => worker.stop()));

  expect(await counts(ofSale, old)).toEqual(pruned);
  expect(await noticesOf(old)).toBe(0);
  for (const id of [recent, toCome, putOff]) {
    expect(await counts(ofSale, id)).toEqual(whole);
    expect(await noticesOf(id)).toBe(1);
  }
  for (const id of [old, recent, toCome, putOff])
    expect(await counts(record, id)).toEqual({ seat_claims: 1, reservations: 1, tickets: 1 });
  expect(await modes()).toEqual(['off 1', 'on 0']);
}, 60_000);

it('is written down for every table', async () => {
  const rows = await run('SELECT TABLE_NAME AS name FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE()');
  const tables = (rows as { name: string }[]).map(({ name }) => name).filter((name) => !name.startsWith('kysely_'));
  const page = await readFile(new URL('../../../../docs/retention.md', import.meta.url), 'utf8');
  expect(tables.filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
});

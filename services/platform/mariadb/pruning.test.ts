import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import { createLogger } from '../log/index.ts';
import { type OpenTestDatabase, openTestDatabase, waitFor } from '../testing/index.ts';
import { createPruning, prune } from './index.ts';

const log = createLogger({ service: 'test', workload: 'test', level: 'silent' });
let db: OpenTestDatabase;

beforeAll(async () => {
  db = await openTestDatabase('pruning');
  await sql`CREATE TABLE notes (id INT PRIMARY KEY, made_at DATETIME(3) NOT NULL, KEY made (made_at))`.execute(
    db.kysely,
  );
});

afterAll(() => db[Symbol.asyncDispose]());

const fill = async () => {
  await sql`DELETE FROM notes`.execute(db.kysely);
  await sql`
    INSERT INTO notes SELECT seq, NOW(3) - INTERVAL seq MINUTE FROM seq_1_to_25`.execute(db.kysely);
};
const left = async () => {
  const { rows } = await sql<{ n: number }>`SELECT COUNT(*) AS n FROM notes`.execute(db.kysely);
  return rows[0]?.n;
};
const options = () => ({ db, log, table: 'notes', column: 'made_at', olderThanSeconds: 610, chunk: 4 });

it('deletes what is past its time, in several chunks, and nothing else', async () => {
  await fill();
  expect(await prune(options())).toBe(15);
  expect(await left()).toBe(10);
});

it('prunes from time to time until it is stopped', async () => {
  await fill();
  const pruning = createPruning({ ...options(), everyMs: 10 });
  await pruning.start();
  await waitFor(async () => (await left()) === 10);
  await fill();
  await waitFor(async () => (await left()) === 10);
  await pruning.stop();
});

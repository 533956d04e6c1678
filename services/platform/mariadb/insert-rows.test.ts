import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import { type OpenTestDatabase, openTestDatabase } from '../testing/index.ts';
import { insertRows, isDuplicateKey } from './index.ts';

interface Schema {
  places: { id: string; number: number; name: string | null; until: Date };
}

const statement = 'INSERT INTO places (id, number, name, until) VALUES (?, ?, ?, ?)';
const until = new Date('2026-11-20T12:34:56.789Z');
let db: OpenTestDatabase<Schema>;

beforeAll(async () => {
  db = await openTestDatabase<Schema>('mariadb', { poolSize: 2 });
  await sql`
    CREATE TABLE places (
      id UUID PRIMARY KEY, number BIGINT NOT NULL, name VARCHAR(100) CHARACTER SET utf8mb4 NULL,
      until DATETIME(3) NOT NULL, UNIQUE KEY number (number)
    )`.execute(db.kysely);
});

afterAll(() => db[Symbol.asyncDispose]());

beforeEach(async () => {
  await sql`TRUNCATE places`.execute(db.kysely);
});

const idOf = (at: number) => `01a1f9ad-0000-7000-8000-${String(at).padStart(12, '0')}`;
const stored = () => db.kysely.selectFrom('places').selectAll().orderBy('number').execute();

describe('insertRows', () => {
  it.each([0, 1, 2, 3_000])('writes %i rows as they are', async (count) => {
    // Numbers of every size, and values that are missing here and there, as the binary protocol has to be told of both.
    const rows = Array.from({ length: count }, (_, at) => ({
      id: idOf(at),
      number: at % 2 === 0 ? at : 2 ** 40 + at,
      name: at % 3 === 0 ? null : `별빛 '${at}'`,
      until,
    }));
    await db.transaction((trx) =>
      insertRows(
        trx,
        statement,
        rows.map(({ id, number, name }) => [id, number, name, until]),
      ),
    );
    expect(await stored()).toEqual(rows.toSorted((a, b) => a.number - b.number));
  });

  it('tells of a broken key without the value, and leaves nothing behind in a transaction', async () => {
    const rows = [1, 2, 7, 7, 8].map((number, at) => [idOf(at), number, 'somebody', until]);
    const error = await db.transaction((trx) => insertRows(trx, statement, rows)).catch((thrown: unknown) => thrown);
    expect(isDuplicateKey(error, 'number')).toBe(true);
    expect(String(error)).not.toMatch(/'7'|somebody/);
    expect(await stored()).toEqual([]);
  });

  it('goes on with the connection after a refusal', async () => {
    await db.transaction(async (trx) => {
      const twice = [idOf(1), idOf(1)].map((id, at) => [id, at, null, until]);
      await expect(insertRows(trx, statement, twice)).rejects.toThrow('Duplicate entry');
      await insertRows(trx, statement, [
        [idOf(2), 2, null, until],
        [idOf(3), 3, null, until],
      ]);
    });
    expect((await stored()).map(({ number }) => number)).toContain(3);
  });
});

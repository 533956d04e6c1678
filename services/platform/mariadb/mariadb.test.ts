import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import { createLogger } from '../log/index.ts';
import { type OpenTestDatabase, openTestDatabase, waitFor } from '../testing/index.ts';
import { afterCommit, isDuplicateKey, isUnavailable, openDatabase } from './index.ts';

interface Schema {
  accounts: { id: number; name: string; balance: number };
}

const log = createLogger({ service: 'test', workload: 'test', level: 'silent' });
let db: OpenTestDatabase<Schema>;

beforeAll(async () => {
  db = await openTestDatabase<Schema>('mariadb', { poolSize: 2 });
  await sql`
    CREATE TABLE accounts (
      id INT PRIMARY KEY, name VARCHAR(100) NOT NULL, balance INT NOT NULL DEFAULT 0, UNIQUE KEY name (name)
    )`.execute(db.kysely);
  await sql`INSERT INTO accounts VALUES (1, 'one', 0), (2, 'two', 0)`.execute(db.kysely);
});

afterAll(() => db[Symbol.asyncDispose]());

const rename = async (name: string) => {
  try {
    await db.kysely.insertInto('accounts').values({ id: 3, name, balance: 0 }).execute();
    await db.kysely.insertInto('accounts').values({ id: 4, name, balance: 0 }).execute();
    throw new Error('the key did not hold');
  } catch (error) {
    return error;
  } finally {
    await db.kysely.deleteFrom('accounts').where('id', 'in', [3, 4]).execute();
  }
};

const balance = async (id: number) =>
  (await db.kysely.selectFrom('accounts').select('balance').where('id', '=', id).executeTakeFirstOrThrow()).balance;

describe('a session', () => {
  it('reads committed rows, counts time in UTC and speaks utf8mb4', async () => {
    const { rows } = await sql`
      SELECT @@tx_isolation AS isolation, @@time_zone AS zone, @@character_set_client AS charset`.execute(db.kysely);
    expect(rows).toEqual([{ isolation: 'READ-COMMITTED', zone: '+00:00', charset: 'utf8mb4' }]);
  });

  it('gives big integers as numbers and times as the dates that were written', async () => {
    const date = new Date('2026-03-01T12:34:56.789Z');
    const { rows } = await sql`
      SELECT CAST(9007199254740991 AS INTEGER) AS big, CAST(${date} AS DATETIME(3)) AS date`.execute(db.kysely);
    expect(rows).toEqual([{ big: Number.MAX_SAFE_INTEGER, date }]);
  });
});

describe('a broken unique key', () => {
  it('is told apart by its name', async () => {
    const error = await rename('somebody');
    expect(isDuplicateKey(error)).toBe(true);
    expect(isDuplicateKey(error, 'name')).toBe(true);
    expect(isDuplicateKey(error, 'PRIMARY')).toBe(false);
  });

  it('is told apart whatever the value says', async () => {
    expect(isDuplicateKey(await rename("it's for key 'PRIMARY'"), 'name')).toBe(true);
    expect(isDuplicateKey(await rename("x' for key 'other'\nsql: y"), 'name')).toBe(true);
  });

  it('leaves the value out of everything that a log would print', async () => {
    const error = await rename('hong@example.com');
    const printed: string[] = [];
    createLogger({
      service: 'test',
      workload: 'test',
      destination: { write: (line: string) => printed.push(line) },
    }).error({ err: error }, 'failed');
    expect(printed.join()).toContain('Duplicate entry');
    expect(printed.join()).not.toContain('hong');
  });
});

describe('a transaction', () => {
  it('rolls back and passes on what its function throws', async () => {
    const reason = new Error('no');
    await expect(
      db.transaction(async (trx) => {
        await trx.updateTable('accounts').set({ balance: 99 }).where('id', '=', 1).execute();
        throw reason;
      }),
    ).rejects.toBe(reason);
    expect(await balance(1)).not.toBe(99);
  });

  it('gives its connection back, however it ends', async () => {
    for (let round = 0; round < 10; round += 1) {
      await expect(db.transaction(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
      await expect(db.transaction((trx) => sql`nonsense`.execute(trx))).rejects.toThrow();
    }
    await db.transaction(async () => {});
  });

  it('runs again after a deadlock, so that both sides succeed', async () => {
    let runs = 0;
    const held = new Set<number>();
    const add = (first: number, second: number) =>
      db.transaction(async (trx) => {
        runs += 1;
        const by = (id: number) =>
          trx
            .updateTable('accounts')
            .set((eb) => ({ balance: eb('balance', '+', 1) }))
            .where('id', '=', id)
            .execute();
        await by(first);
        held.add(first);
        await waitFor(() => held.size === 2);
        await by(second);
      });
    const before = await balance(1);
    await Promise.all([add(1, 2), add(2, 1)]);
    expect(runs).toBeGreaterThan(2);
    expect(await balance(1)).toBe(before + 2);
    expect(await balance(2)).toBe(2);
  });

  it('calls what waits for its commit once, and not when it is rolled back', async () => {
    const called: string[] = [];
    await db.transaction(async (trx) => {
      afterCommit(trx, () => called.push('committed'));
      expect(called).toEqual([]);
    });
    await expect(
      db.transaction(async (trx) => {
        afterCommit(trx, () => called.push('rolled back'));
        throw new Error('no');
      }),
    ).rejects.toThrow('no');
    expect(called).toEqual(['committed']);
  });

  it('succeeds although what waits for its commit fails, and calls the rest', async () => {
    let called = false;
    const result = await db.transaction(async (trx) => {
      afterCommit(trx, () => {
        throw new Error('no');
      });
      afterCommit(trx, () => {
        called = true;
      });
      return 'result';
    });
    expect(result).toBe('result');
    expect(called).toBe(true);
  });

  it('fails as unavailable when its connection is killed, and the next one works', async () => {
    const failure = await db
      .transaction(async (trx) => {
        const { rows } = await sql<{ id: number }>`SELECT CONNECTION_ID() AS id`.execute(trx);
        await db.query(`KILL ${rows[0]?.id}`);
        await sql`SELECT SLEEP(30)`.execute(trx);
      })
      .catch((error: unknown) => error);
    expect(isUnavailable(failure)).toBe(true);
    expect(await waitFor(() => balance(2))).toBe(2);
  });
});

it('refuses a wrong password at once, without repeating it', async () => {
  const url = db.url.replace(/:[^:@]*@/, ':not-the-password@');
  const error = await openDatabase({ url, log }).catch((reason: unknown) => reason);
  expect(String(error)).toMatch(/access denied/i);
  expect(String(error)).not.toContain('not-the-password');
});

it('fails once it is closed, and may be closed twice', async () => {
  const closed = await openDatabase<Schema>({ url: db.url, log });
  await closed.kysely.selectFrom('accounts').selectAll().execute();
  await closed.close();
  await closed.close();
  await expect(closed.kysely.selectFrom('accounts').selectAll().execute()).rejects.toThrow();
});

import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import { createLogger } from '../log/index.ts';
import { type OpenTestDatabase, openTestDatabase } from '../testing/index.ts';
import { type Migrations, migrate, openDatabase } from './index.ts';

let lines: { msg: string }[] = [];
const log = createLogger({
  service: 'test',
  workload: 'test',
  destination: { write: (line) => void lines.push(JSON.parse(line)) },
});
let db: OpenTestDatabase;

beforeAll(async () => {
  db = await openTestDatabase('migrate');
});

beforeEach(async () => {
  lines = [];
  await sql`DROP TABLE IF EXISTS runs, other, kysely_migration, kysely_migration_lock`.execute(db.kysely);
});

afterAll(() => db[Symbol.asyncDispose]());

const first: Migrations = {
  '0001-runs': {
    // Without IF NOT EXISTS: a second run would fail.
    up: async (kysely) => void (await sql`CREATE TABLE runs (at DATETIME(3) NOT NULL)`.execute(kysely)),
  },
};
const second: Migrations = {
  ...first,
  '0002-count': { up: async (kysely) => void (await sql`INSERT INTO runs VALUES (NOW(3))`.execute(kysely)) },
};
const count = async () => {
  const { rows } = await sql<{ n: number }>`SELECT COUNT(*) AS n FROM runs`.execute(db.kysely);
  return rows[0]?.n;
};

describe('migrate', () => {
  it('runs each migration once, however often it is asked', async () => {
    await migrate(db, first, log);
    await migrate(db, second, log);
    await migrate(db, second, log);
    expect(await count()).toBe(1);
    expect(lines.map(({ msg }) => msg)).toEqual(['migrated', 'migrated']);
  });

  it('runs each migration once when many replicas start together', async () => {
    const replicas = await Promise.all(Array.from({ length: 6 }, () => openDatabase({ url: db.url, log })));
    await Promise.all(replicas.map((replica) => migrate(replica, second, log)));
    await Promise.all(replicas.map((replica) => replica.close()));
    expect(await count()).toBe(1);
  });

  it('names the migration that failed, stops there, and goes on from there', async () => {
    const broken: Migrations = {
      ...first,
      '0002-count': { up: async (kysely) => void (await sql`INSERT INTO nowhere VALUES (1)`.execute(kysely)) },
      '0003-other': { up: async (kysely) => void (await sql`CREATE TABLE other (id INT)`.execute(kysely)) },
    };
    await expect(migrate(db, broken, log)).rejects.toThrow(/^migration 0002-count failed: .*nowhere/);
    await migrate(db, { ...broken, ...second }, log);
    expect(await count()).toBe(1);
    await sql`SELECT * FROM other`.execute(db.kysely);
  });

  it('lets an older release start on the schema of a newer one', async () => {
    await migrate(db, second, log);
    await migrate(db, first, log);
    expect(lines.at(-1)?.msg).toBe('the schema is of a newer release');
    await migrate(db, second, log);
    expect(await count()).toBe(1);
  });

  it('refuses a history with a hole in it', async () => {
    await migrate(db, { ...first, '0002-gone': { up: async () => {} }, '0003-kept': { up: async () => {} } }, log);
    await expect(migrate(db, { ...first, '0003-kept': { up: async () => {} } }, log)).rejects.toThrow(
      /cannot migrate: .*0002-gone/,
    );
  });
});

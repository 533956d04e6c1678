import { type Kysely, sql } from 'kysely';
import { Migrator } from 'kysely/migration';
import type { Logger } from '../log/index.ts';
import type { Database } from './database.ts';

/**
 * A step forward of the schema. There is no way back: MariaDB commits each DDL statement by itself, and what must be
 * undone is undone by a later migration. Keep each so that running it again after it failed half-way works
 * (`ifNotExists`), or one statement long.
 */
export interface Migration {
  up(kysely: Kysely<unknown>): Promise<void>;
}

/** By name, run in the order of the names: `0001-members`. A name that was released never changes. */
export type Migrations = Readonly<Record<string, Migration>>;

/** How long a replica waits for another one that is migrating, in seconds. */
const lockSeconds = 600;

/**
 * Brings the schema up to date. Replicas that start together take turns; all but the first find nothing to do.
 * Migrations that the database has had from a newer release are left alone, so that the older one can still start.
 * @throws Error naming the migration that failed, with the server's error as its cause
 */
export async function migrate<Schema>(db: Database<Schema>, migrations: Migrations, log: Logger): Promise<void> {
  await db.session(async (session) => {
    // The lock is the session's, so a replica that dies, or fails, frees it.
    await lock(session, log);
    await run(session, migrations, log);
    // The server hears only later that the session was closed, and the next replica would say that it waits.
    await sql`DO RELEASE_LOCK(${lockName})`.execute(session);
  });
}

const lockName = sql`CONCAT('migrate.', MD5(DATABASE()))`;

async function lock<Schema>(session: Kysely<Schema>, log: Logger) {
  const take = async (seconds: number) => {
    const { rows } = await sql<{ taken: number | null }>`
      SELECT GET_LOCK(${lockName}, ${seconds}) AS taken`.execute(session);
    return rows[0]?.taken === 1;
  };
  if (await take(0)) return;
  log.info('another replica is migrating the schema, waiting for it');
  if (!(await take(lockSeconds))) throw new Error(`another replica has been migrating for ${lockSeconds} seconds`);
}

async function run<Schema>(session: Kysely<Schema>, migrations: Migrations, log: Logger) {
  const fromNewer = await newerThan(session, Object.keys(migrations));
  if (fromNewer.length > 0) log.warn({ migrations: fromNewer }, 'the schema is of a newer release');
  const placeholders = Object.fromEntries(fromNewer.map((name) => [name, { up: async () => {} }]));
  const migrator = new Migrator({
    db: session,
    provider: { getMigrations: async () => ({ ...migrations, ...placeholders }) },
  });
  const { error, results = [] } = await migrator.migrateToLatest();
  for (const { migrationName, status } of results) {
    if (status === 'Success') log.info({ migration: migrationName }, 'migrated');
  }
  if (error === undefined) return;
  const failed = results.find(({ status }) => status === 'Error')?.migrationName;
  const why = error instanceof Error ? error.message : 'it threw no error';
  throw new Error(failed ? `migration ${failed} failed: ${why}` : `cannot migrate: ${why}`, { cause: error });
}

/** Names that the database has had and that come after all of ours. One missing in between is Kysely's to refuse. */
async function newerThan<Schema>(session: Kysely<Schema>, ours: readonly string[]) {
  const { rows: tables } = await sql`SHOW TABLES LIKE 'kysely_migration'`.execute(session);
  if (tables.length === 0) return [];
  const { rows } = await sql<{ name: string }>`SELECT name FROM kysely_migration ORDER BY name`.execute(session);
  const last = ours.toSorted().at(-1) ?? '';
  return rows.map(({ name }) => name).filter((name) => name > last);
}

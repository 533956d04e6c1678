import type { Service } from '../contract/index.ts';
import { createLogger } from '../log/index.ts';
import { type Database, type Migrations, migrate, openDatabase } from '../mariadb/index.ts';
import { createTestDatabase, type TestDatabase } from './test-database.ts';

/** Opened as the service opens it. Only `query` is root's. */
export interface OpenTestDatabase<Schema = unknown> extends Database<Schema>, TestDatabase {}

interface OpenTestDatabaseOptions {
  /** @default none: the schema stays empty */
  readonly migrations?: Migrations;
  /** @default as of `openDatabase` */
  readonly poolSize?: number;
}

/** Makes a schema, opens it and brings it up to date. Disposing closes and drops it. */
export async function openTestDatabase<Schema>(
  service: Service | string,
  { migrations, poolSize }: OpenTestDatabaseOptions = {},
): Promise<OpenTestDatabase<Schema>> {
  const name = typeof service === 'string' ? service : service.name;
  const log = createLogger({ service: name, workload: 'test', level: 'silent' });
  await using opening = new AsyncDisposableStack();
  const server = opening.use(await createTestDatabase(service));
  const db = await openDatabase<Schema>({ url: server.url, log, poolSize });
  opening.defer(() => db.close());
  if (migrations) await migrate(db, migrations, log);
  const opened = opening.move();
  return Object.assign(db, server, { [Symbol.asyncDispose]: () => opened.disposeAsync() });
}

import { setTimeout as delay } from 'node:timers/promises';
import { Kysely, MysqlDialect, type Transaction } from 'kysely';
import type { ConnectionConfig } from 'mariadb/callback';
import type { Health } from '../lifecycle/index.ts';
import type { Logger } from '../log/index.ts';
import type { Metrics } from '../metrics/index.ts';
import { collectAfterCommit } from './after-commit.ts';
import { connectionOptions } from './connection-options.ts';
import { isLockConflict, isSqlError, translate } from './errors.ts';
import type { Executor } from './executor.ts';
import { ReconnectingPool } from './reconnecting-pool.ts';
import { Watch } from './watch.ts';

/** A database of any schema, for modules whose tables are in many. */
export interface AnyDatabase {
  readonly kysely: Executor;
  transaction<T>(run: (trx: Executor) => Promise<T>): Promise<T>;
}

export interface Database<Schema> {
  readonly kysely: Kysely<Schema>;
  /**
   * Runs the function in a READ COMMITTED transaction: commits when it resolves, rolls back when it rejects, with the
   * function's own error. After a deadlock or a lock that was not free in time (1213, 1205) it runs again, up to five
   * times in all, so it must do nothing that cannot be done twice outside the transaction; see `afterCommit`.
   * When the connection is lost during the commit, `Unavailable` says nothing about whether it happened.
   * @throws Unavailable when MariaDB is away
   */
  transaction<T>(run: (trx: Transaction<Schema>) => Promise<T>): Promise<T>;
  /** Runs the function on a connection of its own, without a limit on how long a statement takes, and closes it. */
  session<T>(run: (session: Kysely<Schema>) => Promise<T>): Promise<T>;
  /** Finishes the queries under way and closes. */
  close(): Promise<void>;
}

export interface DatabaseOptions {
  /** `mariadb://user:password@host:port/schema` */
  readonly url: string;
  readonly log: Logger;
  /** Is told of the part `mariadb`. */
  readonly health?: Pick<Health, 'set'> | undefined;
  readonly metrics?: Metrics | undefined;
  /** Connections at most, besides one to watch the server. @default 10 */
  readonly poolSize?: number | undefined;
  /** How long to wait for a server that is not there yet, in milliseconds. @default 30000 */
  readonly startTimeoutMs?: number | undefined;
}

const attempts = 5;

/** Wrong password, no right to the schema, no such schema, account locked, bad session settings: waiting is no help. */
const refused = new Set([1044, 1045, 1049, 1524, 1698, 4151, 45030]);

/**
 * Opens a pool and waits until the server answers. From then on it re-connects by itself; while the server is away
 * every query fails at once with `Unavailable`, and the log has one line when it was lost and one when it is found.
 * @throws the driver's error when the server refuses this user, or did not come in time
 */
export async function openDatabase<Schema>(options: DatabaseOptions): Promise<Database<Schema>> {
  const database = new PooledDatabase<Schema>(options);
  try {
    await database.open(options.startTimeoutMs ?? 30_000);
  } catch (error) {
    await database.close();
    throw error;
  }
  return database;
}

class PooledDatabase<Schema> implements Database<Schema> {
  readonly kysely: Kysely<Schema>;
  readonly #connection: ConnectionConfig;
  readonly #log: Logger;
  readonly #health: Pick<Health, 'set'> | undefined;
  readonly #pool: ReconnectingPool;
  readonly #watch: Watch;
  #lostAt: number | undefined;

  constructor({ url, log, health, metrics, poolSize = 10 }: DatabaseOptions) {
    this.#log = log;
    this.#health = health;
    this.#connection = connectionOptions(url);
    const connections = metrics?.gauge('mariadb_connections', 'Pooled connections, and callers that wait for one', [
      'state',
    ]);
    this.#pool = new ReconnectingPool({
      connection: this.#connection,
      size: poolSize,
      failed: () => this.#watch.nudge(),
    });
    this.#watch = new Watch({
      connection: this.#connection,
      found: () => this.#found(),
      lost: (error) => this.#lost(error),
      looked: () => {
        for (const [state, count] of Object.entries(this.#pool.figures)) connections?.set({ state }, count);
      },
    });
    this.kysely = new Kysely<Schema>({ dialect: new MysqlDialect({ pool: this.#pool }) });
  }

  async open(timeoutMs: number): Promise<void> {
    const deadline = performance.now() + timeoutMs;
    let told = false;
    this.#health?.set('mariadb', 'down', 'not connected yet');
    for (;;) {
      try {
        await this.#watch.look();
        break;
      } catch (error) {
        if (performance.now() > deadline || (isSqlError(error) && refused.has(error.errno))) throw error;
        if (!told) this.#log.warn({ err: error }, 'MariaDB is not there yet');
        told = true;
      }
      await delay(100 + Math.random() * 100);
    }
    this.#found();
    this.#watch.start();
  }

  async transaction<T>(run: (trx: Transaction<Schema>) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.#attempt(run);
      } catch (error) {
        if (attempt === attempts || !isLockConflict(error)) throw error;
      }
      await delay(Math.random() * 10 * 2 ** attempt);
    }
  }

  async #attempt<T>(run: (trx: Transaction<Schema>) => Promise<T>): Promise<T> {
    let afterwards: readonly (() => void)[] = [];
    let failure: { readonly error: unknown } | undefined;
    const result = await this.kysely
      .transaction()
      .execute(async (trx) => {
        afterwards = collectAfterCommit(trx);
        return await run(trx).catch((error: unknown) => {
          failure = { error };
          throw error;
        });
      })
      .catch((error: unknown) => {
        // When the rollback fails as well, for the same reason, Kysely throws that; the first error says more.
        throw failure ? failure.error : error;
      });
    for (const hint of afterwards) this.#runAfterCommit(hint);
    return result;
  }

  #runAfterCommit(run: () => void) {
    try {
      run();
    } catch (error) {
      // To the caller the transaction succeeded, whatever a hint does.
      this.#log.error({ err: error }, 'a function to be run after a commit failed');
    }
  }

  async session<T>(run: (session: Kysely<Schema>) => Promise<T>): Promise<T> {
    const failed = () => this.#watch.nudge();
    const pool = new ReconnectingPool({ connection: this.#connection, size: 1, socketTimeoutMs: 0, failed });
    pool.open();
    const session = new Kysely<Schema>({ dialect: new MysqlDialect({ pool }) });
    try {
      return await session.connection().execute(run);
    } finally {
      await session.destroy();
    }
  }

  async close(): Promise<void> {
    await this.#watch.stop();
    await this.kysely.destroy();
    await new Promise<void>((resolve, reject) => {
      this.#pool.end((error) => (error ? reject(translate(error)) : resolve()));
    });
  }

  #found() {
    this.#pool.open();
    this.#health?.set('mariadb', 'up');
    if (this.#lostAt === undefined) return;
    this.#log.info({ awayMs: Math.round(performance.now() - this.#lostAt) }, 'MariaDB found again');
    this.#lostAt = undefined;
  }

  #lost(error: unknown) {
    this.#pool.lose();
    this.#lostAt = performance.now();
    const why = error instanceof Error ? error.message : String(error);
    this.#health?.set('mariadb', 'down', why);
    this.#log.error({ err: error }, 'MariaDB lost');
  }
}

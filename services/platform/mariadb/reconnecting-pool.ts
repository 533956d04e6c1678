import type { MysqlPool, MysqlPoolConnection } from 'kysely';
import { type ConnectionConfig, createPool, type Pool } from 'mariadb/callback';
import { translate, Unavailable } from './errors.ts';
import { PooledConnection } from './pooled-connection.ts';

export interface ReconnectingPoolOptions {
  readonly connection: ConnectionConfig;
  readonly size: number;
  /** How long a statement may take to answer, 0 for no limit. @default 60000 */
  readonly socketTimeoutMs?: number;
  /** A connection broke, or none could be had. */
  readonly failed: () => void;
}

/** Milliseconds that queries under way get to finish after the server counts as lost. */
const graceMs = 2_000;

/**
 * A pool that fails at once while the server is away. The driver's own would let every caller wait for its whole
 * acquire timeout, and would wait longer and longer between its tries to connect, so it is thrown away when the server
 * is lost, and made anew when it is found.
 */
export class ReconnectingPool implements MysqlPool {
  readonly #options: ReconnectingPoolOptions;
  #pool: Pool | undefined;
  #borrowed = new Set<PooledConnection>();
  #closed = false;

  constructor(options: ReconnectingPoolOptions) {
    this.#options = options;
  }

  open(): void {
    if (this.#closed || this.#pool) return;
    this.#pool = createPool({
      ...this.#options.connection,
      connectionLimit: this.#options.size,
      minimumIdle: 0,
      acquireTimeout: 5_000,
      pingTimeout: 1_000,
      // Seconds, and below the socket timeout, so that the latter is only for a server that stopped answering.
      idleTimeout: 50,
      socketTimeout: this.#options.socketTimeoutMs ?? 60_000,
    });
  }

  /** Callers fail from now on. Those who wait for a connection fail now, those who hold one in a moment. */
  lose(): void {
    const pool = this.#pool;
    if (!pool) return;
    this.#pool = undefined;
    const borrowed = this.#borrowed;
    this.#borrowed = new Set();
    // What it says when it cannot close connections politely is of no use: they are broken.
    pool.end(() => undefined);
    setTimeout(() => {
      for (const connection of borrowed) connection.destroy();
    }, graceMs).unref();
  }

  get figures() {
    return {
      active: this.#pool?.activeConnections() ?? 0,
      idle: this.#pool?.idleConnections() ?? 0,
      waiting: this.#pool?.taskQueueSize() ?? 0,
    };
  }

  getConnection(callback: (error: unknown, connection: MysqlPoolConnection) => void): void {
    // Kysely's type wants a connection beside the error too; it looks at the error first, as the driver's users do.
    const fail = callback as (error: unknown) => void;
    const borrowed = this.#borrowed;
    if (!this.#pool) return fail(new Unavailable(this.#closed ? 'the MariaDB pool is closed' : 'MariaDB is away'));
    this.#pool.getConnection((error, raw) => {
      if (error || !raw) {
        this.#options.failed();
        return fail(translate(error));
      }
      const connection = new PooledConnection(raw, {
        broken: this.#options.failed,
        released: () => borrowed.delete(connection),
      });
      borrowed.add(connection);
      callback(null, connection);
    });
  }

  /** Closes after the queries under way, at the latest in ten seconds. Later calls do nothing. */
  end(callback: (error: unknown) => void): void {
    this.#closed = true;
    const pool = this.#pool;
    this.#pool = undefined;
    if (!pool) return callback(null);
    pool.end(callback);
  }
}

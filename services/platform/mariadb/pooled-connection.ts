import type { MysqlPoolConnection, MysqlQueryResult, MysqlStream } from 'kysely';
import type { PoolConnection } from 'mariadb/callback';
import { translate, Unavailable } from './errors.ts';
import { Rows } from './insert-rows.ts';

interface Hooks {
  readonly broken: () => void;
  readonly released: () => void;
}

/** A borrowed connection as Kysely wants it, whose errors are translated. */
export class PooledConnection implements MysqlPoolConnection {
  readonly config = {};
  readonly #raw: PoolConnection;
  readonly #hooks: Hooks;

  constructor(raw: PoolConnection, hooks: Hooks) {
    this.#raw = raw;
    this.#hooks = hooks;
  }

  get threadId(): number {
    return this.#raw.threadId ?? 0;
  }

  connect(callback?: (error: unknown) => void): void {
    callback?.(null);
  }

  query(
    sql: string,
    parameters: readonly unknown[],
    callback?: (error: unknown, result: MysqlQueryResult) => void,
  ): { stream: () => MysqlStream } {
    if (callback) {
      const answer = (error: unknown, result?: unknown) => {
        // An error comes without a result, as Kysely knows although its type does not.
        callback(error ? this.#translate(error) : null, result as MysqlQueryResult);
      };
      const [first] = parameters;
      if (first instanceof Rows) this.#raw.batch(sql, first.values, answer);
      else this.#raw.query<MysqlQueryResult>(sql, parameters, answer);
    }
    return { stream: () => this.#raw.queryStream(sql, parameters) };
  }

  release(): void {
    this.#hooks.released();
    this.#raw.release(() => undefined);
  }

  destroy(): void {
    this.#hooks.released();
    this.#raw.destroy();
  }

  #translate(error: unknown) {
    const translated = translate(error);
    if (translated instanceof Unavailable) this.#hooks.broken();
    return translated;
  }
}

import { createLogger } from '@ticketaka/platform/log';
import { type Database, openDatabase } from '@ticketaka/platform/mariadb';
import { sql } from 'kysely';
import { z } from 'zod';
import type { Platform } from './platform.ts';

/** A queue that an odd request opened goes on by itself, second by second. */
const moving: ReadonlySet<string> = new Set(['reservation.waiting_rooms']);

type Sums = ReadonlyMap<string, string>;

const named = z.object({ name: z.string() });
const sum = z.object({ Table: z.string(), Checksum: z.coerce.string() });

/** What all services have stored, as one number for each table. */
export class Tables implements AsyncDisposable {
  readonly #db: Database<Record<string, never>>;
  readonly #schemas: readonly string[];

  private constructor(db: Database<Record<string, never>>, schemas: readonly string[]) {
    this.#db = db;
    this.#schemas = schemas;
  }

  static async open(platform: Platform, schemas: readonly string[]): Promise<Tables> {
    const { root } = await platform.state();
    const log = createLogger({ service: 'tests', workload: 'e2e', level: 'silent' });
    return new Tables(await openDatabase({ url: root['mariadb'] ?? '', log, poolSize: 1 }), schemas);
  }

  async sums(): Promise<Sums> {
    const { rows: tables } = await sql`
      SELECT CONCAT(table_schema, '.', table_name) AS name FROM information_schema.tables
      WHERE table_type = 'BASE TABLE' AND table_schema IN (${sql.join(this.#schemas)})`.execute(this.#db.kysely);
    const names = z
      .array(named)
      .parse(tables)
      .filter(({ name }) => !moving.has(name));
    const list = sql.join(names.map(({ name }) => sql.table(name)));
    const { rows } = await sql`CHECKSUM TABLE ${list}`.execute(this.#db.kysely);
    return new Map(
      z
        .array(sum)
        .parse(rows)
        .map(({ Table, Checksum }) => [Table, Checksum]),
    );
  }

  /** The tables that are not as they were. */
  async changedSince(before: Sums): Promise<string[]> {
    return [...(await this.sums())].filter(([table, now]) => before.get(table) !== now).map(([table]) => table);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#db.close();
  }
}

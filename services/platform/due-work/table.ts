import { sql } from 'kysely';
import type { Executor } from '../mariadb/index.ts';

/** The columns by which due work knows a row, besides its `id`. They belong to due work: a service only sets `due_at`. */
export interface DueColumns {
  /** When to work on it, null when there is nothing left to do. While a worker holds the row: when its lease ends. */
  due_at: Date | null;
  /** Who holds it. */
  lease_token: string | null;
  /** How often a worker came to an end with it. A worker that died does not count. */
  attempts: number;
}

/** Makes rows of the table due work; it must have a primary key `id`. For the migration that creates the table. */
export async function addDueColumns(kysely: Executor, table: string): Promise<void> {
  await sql`
    ALTER TABLE ${sql.table(table)}
      ADD COLUMN IF NOT EXISTS due_at DATETIME(3) NULL,
      ADD COLUMN IF NOT EXISTS lease_token UUID NULL,
      ADD COLUMN IF NOT EXISTS attempts INT UNSIGNED NOT NULL DEFAULT 0,
      ADD KEY IF NOT EXISTS due (due_at, id)`.execute(kysely);
}

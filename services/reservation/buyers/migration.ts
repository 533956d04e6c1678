import type { Migration } from '@ticketaka/platform/mariadb';
import { sql } from 'kysely';

/** A member who left keeps a row without anything in it, so that nobody writes them back. */
export const erasedBuyers: Migration = {
  async up(kysely) {
    await sql`ALTER TABLE buyers ADD COLUMN IF NOT EXISTS erased BOOLEAN NOT NULL DEFAULT FALSE`.execute(kysely);
  },
};

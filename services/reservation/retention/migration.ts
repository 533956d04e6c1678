import type { Migration } from '@ticketaka/platform/mariadb';
import { sql } from 'kysely';

/** `pruned_at`: since then nothing is kept of the session but what was sold. */
export const prunedSessions: Migration = {
  async up(kysely) {
    await sql`ALTER TABLE sessions ADD COLUMN IF NOT EXISTS pruned_at DATETIME(3) NULL`.execute(kysely);
  },
};

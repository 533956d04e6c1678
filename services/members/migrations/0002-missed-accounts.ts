import type { Migration } from '@ticketaka/platform/mariadb';
import { sql } from 'kysely';

export const missedAccounts: Migration = {
  async up(kysely) {
    await sql`ALTER TABLE sign_ups ADD COLUMN IF NOT EXISTS missed_at DATETIME(3) NULL`.execute(kysely);
  },
};

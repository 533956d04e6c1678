import { addDueColumns } from '@ticketaka/platform/due-work';
import type { Migration } from '@ticketaka/platform/mariadb';
import { sql } from 'kysely';

/**
 * Sessions whose bookings are to be brought to another hour; `id` is the session's. `version` of a session: of what
 * performances said, so that who heard it late does not write down what was before.
 */
export const reschedulings: Migration = {
  async up(kysely) {
    await sql`
      CREATE TABLE IF NOT EXISTS session_reschedulings (
        id UUID NOT NULL PRIMARY KEY,
        changed_at DATETIME(3) NOT NULL
      ) ENGINE = InnoDB`.execute(kysely);
    await addDueColumns(kysely, 'session_reschedulings');
    await sql`
      ALTER TABLE sessions ADD COLUMN IF NOT EXISTS version INT UNSIGNED NOT NULL DEFAULT 0`.execute(kysely);
    await sql`
      ALTER TABLE reservations ADD COLUMN IF NOT EXISTS rescheduled_at DATETIME(3) NULL`.execute(kysely);
    await sql`
      ALTER TABLE notices MODIFY COLUMN kind
        ENUM('confirmed', 'cancelled', 'refunded', 'session-cancelled', 'reminder', 'rescheduled') NOT NULL`.execute(
      kysely,
    );
  },
};

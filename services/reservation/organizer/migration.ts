import { addDueColumns } from '@ticketaka/platform/due-work';
import type { Migration } from '@ticketaka/platform/mariadb';
import { sql } from 'kysely';

export const organizer: Migration = {
  async up(kysely) {
    // From then on nothing of the session is sold, whatever performances says of it.
    await sql`ALTER TABLE sessions ADD COLUMN IF NOT EXISTS cancelled_at DATETIME(3) NULL`.execute(kysely);
    // Every unit that was held back or released; rows are only added.
    await sql`
      CREATE TABLE IF NOT EXISTS block_log (
        id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
        change_id UUID NOT NULL,
        session_id UUID NOT NULL,
        unit INT UNSIGNED NOT NULL,
        action ENUM('blocked', 'released') NOT NULL,
        reason VARCHAR(200) NULL,
        member_id UUID NOT NULL,
        at DATETIME(3) NOT NULL DEFAULT NOW(3),
        KEY unit (session_id, unit, id)
      ) ENGINE = InnoDB`.execute(kysely);
    await sql`
      CREATE TABLE IF NOT EXISTS session_cancellations (
        id UUID NOT NULL PRIMARY KEY,
        session_id UUID NOT NULL,
        reason VARCHAR(500) NOT NULL,
        member_id UUID NOT NULL,
        total INT UNSIGNED NOT NULL,
        started_at DATETIME(3) NOT NULL DEFAULT NOW(3),
        finished_at DATETIME(3) NULL,
        UNIQUE KEY session (session_id),
        KEY started (started_at)
      ) ENGINE = InnoDB`.execute(kysely);
    await addDueColumns(kysely, 'session_cancellations');
    // Reservations that could not be ended: the others go on without them.
    await sql`
      CREATE TABLE IF NOT EXISTS session_cancellation_failures (
        cancellation_id UUID NOT NULL,
        reservation_id UUID NOT NULL,
        at DATETIME(3) NOT NULL DEFAULT NOW(3),
        PRIMARY KEY (cancellation_id, reservation_id)
      ) ENGINE = InnoDB`.execute(kysely);
  },
};

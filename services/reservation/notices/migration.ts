import { addDueColumns } from '@ticketaka/platform/due-work';
import type { Migration } from '@ticketaka/platform/mariadb';
import { sql } from 'kysely';

/** One row that is always due again: whichever worker takes it looks for who is to be reminded. */
export const reminderRounds: Migration = {
  async up(kysely) {
    await sql`
      CREATE TABLE IF NOT EXISTS reminder_rounds (
        id VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY
      ) ENGINE = InnoDB`.execute(kysely);
    await addDueColumns(kysely, 'reminder_rounds');
    await sql`INSERT IGNORE INTO reminder_rounds (id, due_at) VALUES ('day-before', NOW(3))`.execute(kysely);
  },
};

/**
 * For which day of Asia/Seoul somebody was reminded: a session that is put off has another one. `checked_at`: when
 * performances was last asked whether a session is still at its hour.
 */
export const remindersByDay: Migration = {
  async up(kysely) {
    await sql`
      CREATE TABLE IF NOT EXISTS reminders (
        reservation_id UUID NOT NULL,
        day DATE NOT NULL,
        PRIMARY KEY (reservation_id, day),
        KEY day (day)
      ) ENGINE = InnoDB`.execute(kysely);
    await sql`
      INSERT IGNORE INTO reminders (reservation_id, day)
      SELECT id, DATE(starts_at + INTERVAL 9 HOUR) FROM reservations WHERE reminded_at IS NOT NULL`.execute(kysely);
    await sql`
      ALTER TABLE sessions
        ADD COLUMN IF NOT EXISTS checked_at DATETIME(3) NULL,
        ADD KEY IF NOT EXISTS starts (starts_at)`.execute(kysely);
  },
};

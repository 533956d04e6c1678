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

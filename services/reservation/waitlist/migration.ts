import { addDueColumns } from '@ticketaka/platform/due-work';
import type { Migration } from '@ticketaka/platform/mariadb';
import { sql } from 'kysely';

/**
 * Who waits for seats of a session that is sold out, by `place`, which the database gives: no clock decides who was first.
 * An entry has one offer at most, and its id is the offer's.
 *
 * A row of `seat_claims` that is `offered` has one in `waitlist_units`: with an entry it is offered to that member, and
 * nobody else can claim it; without one it came back from a sale, and those who wait are to be asked before all others.
 */
export const waitlists: Migration = {
  async up(kysely) {
    await sql`
      CREATE TABLE IF NOT EXISTS waitlist (
        place BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
        id UUID NOT NULL,
        session_id UUID NOT NULL,
        member_id UUID NOT NULL,
        grade VARCHAR(200) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL,
        quantity TINYINT UNSIGNED NOT NULL,
        state ENUM('waiting', 'offered', 'taken', 'expired', 'left', 'closed') NOT NULL DEFAULT 'waiting',
        offered_until DATETIME(3) NULL,
        taken TINYINT UNSIGNED NOT NULL DEFAULT 0,
        left_at DATETIME(3) NULL,
        passes SMALLINT UNSIGNED NOT NULL DEFAULT 0,
        saving_since DATETIME(3) NULL,
        joined_at DATETIME(3) NOT NULL DEFAULT NOW(3),
        live TINYINT AS (IF(state IN ('waiting', 'offered'), 1, NULL)) PERSISTENT,
        UNIQUE KEY id (id),
        UNIQUE KEY live (session_id, member_id, live),
        KEY waiting (session_id, state, place),
        KEY member (member_id)
      ) ENGINE = InnoDB`.execute(kysely);
    await sql`
      CREATE TABLE IF NOT EXISTS waitlist_units (
        session_id UUID NOT NULL,
        unit INT UNSIGNED NOT NULL,
        entry_id UUID NULL,
        PRIMARY KEY (session_id, unit),
        KEY entry (entry_id)
      ) ENGINE = InnoDB`.execute(kysely);
    // Sessions that are looked after; whoever makes offers in one has its row locked.
    await sql`CREATE TABLE IF NOT EXISTS waitlist_sessions (id UUID NOT NULL PRIMARY KEY) ENGINE = InnoDB`.execute(
      kysely,
    );
    await addDueColumns(kysely, 'waitlist_sessions');
  },
};

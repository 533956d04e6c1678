import type { Migration } from '@ticketaka/platform/mariadb';
import { sql } from 'kysely';

export const checkIns: Migration = {
  async up(kysely) {
    // Who was admitted first: the key lets there be one.
    await sql`
      CREATE TABLE IF NOT EXISTS check_ins (
        ticket_id UUID NOT NULL PRIMARY KEY,
        session_id UUID NOT NULL,
        scan_id CHAR(22) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        scanned_at DATETIME(3) NOT NULL,
        gate VARCHAR(64) NOT NULL,
        member_id UUID NOT NULL,
        offline BOOLEAN NOT NULL,
        taken_over INT UNSIGNED NOT NULL DEFAULT 0,
        KEY session (session_id)
      ) ENGINE = InnoDB`.execute(kysely);
    // Every scan as it was answered; rows are only added.
    await sql`
      CREATE TABLE IF NOT EXISTS scans (
        id CHAR(22) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
        ticket_id UUID NULL,
        session_id UUID NOT NULL,
        scanned_at DATETIME(3) NOT NULL,
        received_at DATETIME(3) NOT NULL DEFAULT NOW(3),
        member_id UUID NOT NULL,
        gate VARCHAR(64) NOT NULL,
        offline BOOLEAN NOT NULL,
        let_in BOOLEAN NOT NULL,
        outcome ENUM('admitted', 'already', 'wrong-session', 'cancelled', 'superseded', 'invalid') NOT NULL,
        first_at DATETIME(3) NULL,
        first_gate VARCHAR(64) NULL,
        KEY ticket (ticket_id, let_in),
        KEY session (session_id, let_in, ticket_id)
      ) ENGINE = InnoDB`.execute(kysely);
  },
};

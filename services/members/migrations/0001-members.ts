import { addDueColumns } from '@ticketaka/platform/due-work';
import type { Migration } from '@ticketaka/platform/mariadb';
import { createOutboxTable } from '@ticketaka/platform/outbox';
import { sql } from 'kysely';

export const members: Migration = {
  async up(kysely) {
    await sql`
      CREATE TABLE IF NOT EXISTS members (
        id UUID NOT NULL PRIMARY KEY,
        email VARCHAR(254) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL,
        name VARCHAR(50) NOT NULL,
        birth_date DATE NULL,
        phone VARCHAR(16) CHARACTER SET ascii NOT NULL,
        locale CHAR(2) CHARACTER SET ascii NOT NULL,
        state ENUM('pending', 'active', 'withdrawn') NOT NULL,
        created_at DATETIME(3) NOT NULL DEFAULT NOW(3),
        updated_at DATETIME(3) NOT NULL DEFAULT NOW(3) ON UPDATE NOW(3),
        UNIQUE KEY email (email),
        KEY name (name),
        KEY phone (phone)
      ) ENGINE = InnoDB`.execute(kysely);
    await sql`
      CREATE TABLE IF NOT EXISTS verifications (
        id UUID NOT NULL PRIMARY KEY,
        purpose ENUM('sign-up', 'password-reset') NOT NULL,
        email VARCHAR(254) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
        locale CHAR(2) CHARACTER SET ascii NOT NULL,
        member_id UUID NOT NULL,
        code_hash CHAR(64) CHARACTER SET ascii NULL,
        code_expires_at DATETIME(3) NOT NULL,
        wrong_tries TINYINT UNSIGNED NOT NULL DEFAULT 0,
        ticket_hash CHAR(64) CHARACTER SET ascii NULL,
        ticket_expires_at DATETIME(3) NULL,
        UNIQUE KEY address (purpose, email),
        UNIQUE KEY ticket (ticket_hash),
        KEY code_expires_at (code_expires_at)
      ) ENGINE = InnoDB`.execute(kysely);
    await sql`
      CREATE TABLE IF NOT EXISTS sign_ups (
        id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
        member_id UUID NOT NULL,
        UNIQUE KEY member (member_id)
      ) ENGINE = InnoDB`.execute(kysely);
    await addDueColumns(kysely, 'sign_ups');
    await createOutboxTable(kysely);
  },
};

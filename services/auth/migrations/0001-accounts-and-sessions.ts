import type { Migration } from '@ticketaka/platform/mariadb';
import { sql } from 'kysely';

export const accountsAndSessions: Migration = {
  async up(kysely) {
    await sql`
      CREATE TABLE IF NOT EXISTS accounts (
        member_id UUID NOT NULL,
        email VARCHAR(254) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
        password_hash VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        locked_at DATETIME(3) NULL,
        created_at DATETIME(3) NOT NULL,
        password_changed_at DATETIME(3) NOT NULL,
        first_login_at DATETIME(3) NULL,
        PRIMARY KEY (member_id),
        UNIQUE KEY accounts_email (email)
      ) ENGINE = InnoDB`.execute(kysely);
    await sql`
      CREATE TABLE IF NOT EXISTS account_roles (
        member_id UUID NOT NULL,
        role VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        PRIMARY KEY (member_id, role),
        KEY account_roles_role (role),
        CONSTRAINT account_roles_account FOREIGN KEY (member_id) REFERENCES accounts (member_id) ON DELETE CASCADE
      ) ENGINE = InnoDB`.execute(kysely);
    await sql`
      CREATE TABLE IF NOT EXISTS sessions (
        session_id UUID NOT NULL,
        member_id UUID NOT NULL,
        device VARCHAR(60) CHARACTER SET utf8mb4 NOT NULL,
        generation INT UNSIGNED NOT NULL,
        created_at DATETIME(3) NOT NULL,
        rotated_at DATETIME(3) NOT NULL,
        PRIMARY KEY (session_id),
        KEY sessions_member (member_id, rotated_at),
        KEY sessions_created (created_at),
        KEY sessions_rotated (rotated_at),
        CONSTRAINT sessions_account FOREIGN KEY (member_id) REFERENCES accounts (member_id) ON DELETE CASCADE
      ) ENGINE = InnoDB`.execute(kysely);
    await sql`
      CREATE TABLE IF NOT EXISTS refresh_tokens (
        token_hash BINARY(32) NOT NULL,
        session_id UUID NOT NULL,
        generation INT UNSIGNED NOT NULL,
        access_token_id UUID NOT NULL,
        issued_at DATETIME(3) NOT NULL,
        PRIMARY KEY (token_hash),
        KEY refresh_tokens_session (session_id, generation),
        KEY refresh_tokens_issued (issued_at),
        UNIQUE KEY refresh_tokens_access_token (access_token_id),
        CONSTRAINT refresh_tokens_session FOREIGN KEY (session_id) REFERENCES sessions (session_id) ON DELETE CASCADE
      ) ENGINE = InnoDB`.execute(kysely);
  },
};

import { sql } from 'kysely';
import type { Executor } from '../mariadb/index.ts';

/** For the service's first migration. */
export async function createIdempotencyTable(kysely: Executor): Promise<void> {
  await sql`
    CREATE TABLE IF NOT EXISTS idempotency_keys (
      scope VARCHAR(255) CHARACTER SET ascii COLLATE ascii_nopad_bin NOT NULL,
      key_hash CHAR(43) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      request_hash CHAR(43) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      token UUID NOT NULL,
      lease_until DATETIME(3) NOT NULL,
      expires_at DATETIME(3) NOT NULL,
      status SMALLINT UNSIGNED NULL,
      headers TEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL,
      body MEDIUMTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL,
      PRIMARY KEY (scope, key_hash),
      KEY expires (expires_at)
    ) ENGINE = InnoDB`.execute(kysely);
}

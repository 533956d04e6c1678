import { sql } from 'kysely';
import type { Executor } from '../mariadb/index.ts';

/** For the service's first migration. */
export async function createOutboxTable(kysely: Executor): Promise<void> {
  await sql`
    CREATE TABLE IF NOT EXISTS outbox (
      id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
      message_id VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      exchange VARCHAR(100) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      routing_key VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      subject VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NULL,
      body MEDIUMTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
      created_at DATETIME(3) NOT NULL DEFAULT NOW(3),
      due_at DATETIME(3) NOT NULL DEFAULT NOW(3),
      lease_token UUID NULL,
      attempts INT UNSIGNED NOT NULL DEFAULT 0,
      KEY due (due_at, id),
      KEY subject (subject, id)
    ) ENGINE = InnoDB`.execute(kysely);
}

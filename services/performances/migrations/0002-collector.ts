import { addDueColumns } from '@ticketaka/platform/due-work';
import type { Migration } from '@ticketaka/platform/mariadb';
import { type RawBuilder, sql } from 'kysely';

const tables: readonly RawBuilder<unknown>[] = [
  // The generated column makes a second run at one time impossible, whoever starts it.
  sql`
    CREATE TABLE IF NOT EXISTS collector_runs (
      id UUID NOT NULL PRIMARY KEY,
      state ENUM('running', 'finished', 'failed', 'abandoned') NOT NULL,
      started_at DATETIME(3) NOT NULL DEFAULT NOW(3),
      finished_at DATETIME(3) NULL,
      step VARCHAR(32) CHARACTER SET ascii NOT NULL,
      position VARCHAR(32) CHARACTER SET ascii NULL,
      read_count INT UNSIGNED NOT NULL DEFAULT 0,
      created_count INT UNSIGNED NOT NULL DEFAULT 0,
      updated_count INT UNSIGNED NOT NULL DEFAULT 0,
      unchanged_count INT UNSIGNED NOT NULL DEFAULT 0,
      rejected_count INT UNSIGNED NOT NULL DEFAULT 0,
      error VARCHAR(1000) NULL,
      active TINYINT AS (IF(state = 'running', 1, NULL)) PERSISTENT,
      UNIQUE KEY active (active)
    ) ENGINE = InnoDB`,
  sql`
    CREATE TABLE IF NOT EXISTS collector_lease (
      name VARCHAR(16) CHARACTER SET ascii NOT NULL PRIMARY KEY,
      run_id UUID NULL,
      expires_at DATETIME(3) NOT NULL
    ) ENGINE = InnoDB`,
  sql`INSERT IGNORE INTO collector_lease (name, run_id, expires_at) VALUES ('run', NULL, NOW(3))`,
  sql`
    CREATE TABLE IF NOT EXISTS collector_jobs (
      id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
      kind ENUM('daily', 'run', 'retry') NOT NULL,
      run_id UUID NULL,
      reject_id UUID NULL,
      daily TINYINT AS (IF(kind = 'daily', 1, NULL)) PERSISTENT,
      UNIQUE KEY daily (daily)
    ) ENGINE = InnoDB`,
  sql`
    CREATE TABLE IF NOT EXISTS collector_rejects (
      id UUID NOT NULL PRIMARY KEY,
      run_id UUID NOT NULL,
      source_id VARCHAR(32) CHARACTER SET ascii NOT NULL,
      kind ENUM('venue', 'performance', 'ranking') NOT NULL,
      field VARCHAR(32) CHARACTER SET ascii NOT NULL,
      value VARCHAR(500) NOT NULL,
      value_hash CHAR(64) CHARACTER SET ascii NOT NULL,
      reason VARCHAR(500) NOT NULL,
      state ENUM('open', 'corrected', 'resolved', 'ignored') NOT NULL,
      correction VARCHAR(2000) NULL,
      first_seen_at DATETIME(3) NOT NULL DEFAULT NOW(3),
      last_seen_at DATETIME(3) NOT NULL DEFAULT NOW(3),
      UNIQUE KEY record (kind, source_id, field),
      KEY state (state, id)
    ) ENGINE = InnoDB`,
  sql`CREATE TABLE IF NOT EXISTS holidays (date DATE NOT NULL PRIMARY KEY, name VARCHAR(100) NOT NULL) ENGINE = InnoDB`,
  sql`
    CREATE TABLE IF NOT EXISTS rankings (
      period ENUM('day', 'week', 'month') NOT NULL,
      date DATE NOT NULL,
      genre VARCHAR(16) CHARACTER SET ascii NOT NULL,
      place SMALLINT UNSIGNED NOT NULL,
      source_id VARCHAR(32) CHARACTER SET ascii NOT NULL,
      performance_id UUID NULL,
      PRIMARY KEY (period, date, genre, place),
      KEY date (date)
    ) ENGINE = InnoDB`,
];

export const collector: Migration = {
  async up(kysely) {
    for (const table of tables) await table.execute(kysely);
    await addDueColumns(kysely, 'collector_jobs');
  },
};

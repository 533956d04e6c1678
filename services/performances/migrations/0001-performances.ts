import type { Migration } from '@ticketaka/platform/mariadb';
import { createOutboxTable } from '@ticketaka/platform/outbox';
import { type RawBuilder, sql } from 'kysely';

/**
 * Ids of KOPIS are unique where there are any. Dates are days in Asia/Seoul, times are UTC. Nothing here is ever deleted
 * but the parts of a session that is replaced, and posters that are taken down.
 */
const tables: readonly RawBuilder<unknown>[] = [
  sql`
    CREATE TABLE IF NOT EXISTS venues (
      id UUID NOT NULL PRIMARY KEY,
      name VARCHAR(200) NOT NULL,
      region VARCHAR(16) CHARACTER SET ascii NOT NULL,
      address VARCHAR(200) NOT NULL,
      latitude DOUBLE NULL,
      longitude DOUBLE NULL,
      phone VARCHAR(30) NULL,
      url VARCHAR(2000) NULL,
      creator_id UUID NULL,
      source_id VARCHAR(32) CHARACTER SET ascii NULL,
      source_hash CHAR(64) CHARACTER SET ascii NULL,
      version INT UNSIGNED NOT NULL DEFAULT 1,
      created_at DATETIME(3) NOT NULL DEFAULT NOW(3),
      updated_at DATETIME(3) NOT NULL DEFAULT NOW(3),
      UNIQUE KEY source (source_id),
      KEY name (name, id)
    ) ENGINE = InnoDB`,
  sql`
    CREATE TABLE IF NOT EXISTS halls (
      id UUID NOT NULL PRIMARY KEY,
      venue_id UUID NOT NULL,
      name VARCHAR(200) NOT NULL,
      creator_id UUID NULL,
      version INT UNSIGNED NOT NULL DEFAULT 1,
      created_at DATETIME(3) NOT NULL DEFAULT NOW(3),
      updated_at DATETIME(3) NOT NULL DEFAULT NOW(3),
      KEY venue (venue_id),
      CONSTRAINT hall_of_venue FOREIGN KEY (venue_id) REFERENCES venues (id)
    ) ENGINE = InnoDB`,
  sql`
    CREATE TABLE IF NOT EXISTS seat_maps (
      id UUID NOT NULL PRIMARY KEY,
      hall_id UUID NOT NULL,
      name VARCHAR(200) NOT NULL,
      units INT UNSIGNED NOT NULL,
      sections JSON NOT NULL,
      document LONGBLOB NOT NULL,
      creator_id UUID NULL,
      created_at DATETIME(3) NOT NULL DEFAULT NOW(3),
      KEY hall (hall_id),
      CONSTRAINT seat_map_of_hall FOREIGN KEY (hall_id) REFERENCES halls (id)
    ) ENGINE = InnoDB`,
  sql`
    CREATE TABLE IF NOT EXISTS performances (
      id UUID NOT NULL PRIMARY KEY,
      title_ko VARCHAR(200) NOT NULL,
      title_en VARCHAR(200) NULL,
      genre VARCHAR(16) CHARACTER SET ascii NOT NULL,
      venue_id UUID NOT NULL,
      start_date DATE NOT NULL,
      end_date DATE NOT NULL,
      cast JSON NOT NULL,
      crew JSON NOT NULL,
      age_limit TINYINT UNSIGNED NOT NULL,
      running_minutes SMALLINT UNSIGNED NULL,
      synopsis MEDIUMTEXT NOT NULL,
      schedule_text TEXT NULL,
      cancellation_policy VARCHAR(16) CHARACTER SET ascii NOT NULL,
      organizer_id UUID NULL,
      organizer_name VARCHAR(200) NULL,
      source ENUM('organizer', 'kopis') NOT NULL,
      source_id VARCHAR(32) CHARACTER SET ascii NULL,
      source_hash CHAR(64) CHARACTER SET ascii NULL,
      cancelled_at DATETIME(3) NULL,
      version INT UNSIGNED NOT NULL DEFAULT 1,
      created_at DATETIME(3) NOT NULL DEFAULT NOW(3),
      updated_at DATETIME(3) NOT NULL DEFAULT NOW(3),
      UNIQUE KEY source (source, source_id),
      KEY organizer (organizer_id, id),
      KEY venue (venue_id),
      CONSTRAINT performance_at_venue FOREIGN KEY (venue_id) REFERENCES venues (id)
    ) ENGINE = InnoDB`,
  sql`
    CREATE TABLE IF NOT EXISTS sessions (
      id UUID NOT NULL PRIMARY KEY,
      performance_id UUID NOT NULL,
      starts_at DATETIME(3) NOT NULL,
      hall_id UUID NOT NULL,
      seat_map_id UUID NULL,
      capacity INT UNSIGNED NOT NULL,
      grade_runs JSON NOT NULL,
      per_member_limit SMALLINT UNSIGNED NOT NULL,
      cancelled_at DATETIME(3) NULL,
      version INT UNSIGNED NOT NULL DEFAULT 1,
      created_at DATETIME(3) NOT NULL DEFAULT NOW(3),
      updated_at DATETIME(3) NOT NULL DEFAULT NOW(3),
      KEY performance (performance_id, starts_at),
      KEY hall (hall_id, starts_at),
      CONSTRAINT session_of_performance FOREIGN KEY (performance_id) REFERENCES performances (id),
      CONSTRAINT session_in_hall FOREIGN KEY (hall_id) REFERENCES halls (id),
      CONSTRAINT session_on_seat_map FOREIGN KEY (seat_map_id) REFERENCES seat_maps (id)
    ) ENGINE = InnoDB`,
  sql`
    CREATE TABLE IF NOT EXISTS grades (
      session_id UUID NOT NULL,
      position TINYINT UNSIGNED NOT NULL,
      grade VARCHAR(30) NOT NULL,
      price INT UNSIGNED NOT NULL,
      units INT UNSIGNED NOT NULL,
      sections JSON NOT NULL,
      section_rows JSON NOT NULL,
      PRIMARY KEY (session_id, position),
      CONSTRAINT grade_of_session FOREIGN KEY (session_id) REFERENCES sessions (id) ON DELETE CASCADE
    ) ENGINE = InnoDB`,
  sql`
    CREATE TABLE IF NOT EXISTS sale_windows (
      session_id UUID NOT NULL,
      position TINYINT UNSIGNED NOT NULL,
      kind ENUM('presale', 'general') NOT NULL,
      name VARCHAR(200) NULL,
      opens_at DATETIME(3) NOT NULL,
      closes_at DATETIME(3) NOT NULL,
      code_salt BINARY(16) NULL,
      code_hash BINARY(32) NULL,
      PRIMARY KEY (session_id, position),
      CONSTRAINT sale_window_of_session FOREIGN KEY (session_id) REFERENCES sessions (id) ON DELETE CASCADE
    ) ENGINE = InnoDB`,
  sql`
    CREATE TABLE IF NOT EXISTS posters (
      id UUID NOT NULL PRIMARY KEY,
      performance_id UUID NOT NULL,
      widths JSON NOT NULL,
      created_at DATETIME(3) NOT NULL DEFAULT NOW(3),
      KEY performance (performance_id, id),
      CONSTRAINT poster_of_performance FOREIGN KEY (performance_id) REFERENCES performances (id)
    ) ENGINE = InnoDB`,
  sql`
    CREATE TABLE IF NOT EXISTS audit (
      id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
      at DATETIME(3) NOT NULL DEFAULT NOW(3),
      actor VARCHAR(36) CHARACTER SET ascii NOT NULL,
      action VARCHAR(64) CHARACTER SET ascii NOT NULL,
      subject_kind VARCHAR(32) CHARACTER SET ascii NOT NULL,
      subject_id UUID NOT NULL,
      performance_id UUID NULL,
      before_change JSON NULL,
      after_change JSON NULL,
      KEY performance (performance_id, id),
      KEY subject (subject_id, id)
    ) ENGINE = InnoDB`,
];

export const performances: Migration = {
  async up(kysely) {
    for (const table of tables) await table.execute(kysely);
    await createOutboxTable(kysely);
  },
};

import { addDueColumns } from '@ticketaka/platform/due-work';
import { createIdempotencyTable } from '@ticketaka/platform/idempotency';
import type { Migration } from '@ticketaka/platform/mariadb';
import { createOutboxTable } from '@ticketaka/platform/outbox';
import { sql } from 'kysely';

export const reservation: Migration = {
  async up(kysely) {
    // What was last heard of a session, so that it is sold on when nobody can be asked.
    await sql`
      CREATE TABLE IF NOT EXISTS sessions (
        session_id UUID NOT NULL PRIMARY KEY,
        performance_id UUID NOT NULL,
        document LONGTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
        starts_at DATETIME(3) NOT NULL,
        epoch BIGINT UNSIGNED NOT NULL DEFAULT 1,
        updated_at DATETIME(3) NOT NULL DEFAULT NOW(3) ON UPDATE NOW(3),
        KEY performance (performance_id)
      ) ENGINE = InnoDB`.execute(kysely);
    // The truth of who has which unit: no row is a free unit, and the key lets there be one row.
    await sql`
      CREATE TABLE IF NOT EXISTS seat_claims (
        session_id UUID NOT NULL,
        unit INT UNSIGNED NOT NULL,
        reservation_id UUID NULL,
        state ENUM('claimed', 'sold', 'blocked', 'offered') NOT NULL,
        changed_at DATETIME(3) NOT NULL DEFAULT NOW(3) ON UPDATE NOW(3),
        PRIMARY KEY (session_id, unit),
        KEY reservation (reservation_id),
        KEY changed (session_id, changed_at)
      ) ENGINE = InnoDB`.execute(kysely);
    await sql`
      CREATE TABLE IF NOT EXISTS member_sessions (
        session_id UUID NOT NULL,
        member_id UUID NOT NULL,
        taken INT NOT NULL,
        max_units INT NOT NULL,
        PRIMARY KEY (session_id, member_id),
        CHECK (taken BETWEEN 0 AND max_units)
      ) ENGINE = InnoDB`.execute(kysely);
    await sql`
      CREATE TABLE IF NOT EXISTS reservations (
        id UUID NOT NULL PRIMARY KEY,
        session_id UUID NOT NULL,
        performance_id UUID NOT NULL,
        member_id UUID NOT NULL,
        hold_id CHAR(22) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        request_key CHAR(43) CHARACTER SET ascii COLLATE ascii_bin NULL,
        request_hash CHAR(43) CHARACTER SET ascii COLLATE ascii_bin NULL,
        kind ENUM('bought', 'complimentary') NOT NULL,
        state ENUM('CLAIMED', 'PAID', 'CONFIRMED', 'CANCELLED', 'REFUNDED', 'EXPIRED') NOT NULL,
        ticket_total INT UNSIGNED NOT NULL,
        fee INT UNSIGNED NOT NULL,
        refunded INT UNSIGNED NOT NULL DEFAULT 0,
        payment_key VARCHAR(200) CHARACTER SET ascii COLLATE ascii_bin NULL,
        fence BIGINT UNSIGNED NOT NULL,
        policy VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        starts_at DATETIME(3) NOT NULL,
        shown LONGTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
        expires_at DATETIME(3) NULL,
        confirmed_at DATETIME(3) NULL,
        reminded_at DATETIME(3) NULL,
        created_at DATETIME(3) NOT NULL DEFAULT NOW(3),
        updated_at DATETIME(3) NOT NULL DEFAULT NOW(3) ON UPDATE NOW(3),
        UNIQUE KEY hold (hold_id, session_id),
        UNIQUE KEY request (request_key),
        KEY member (member_id, id),
        KEY session (session_id, state),
        KEY reminder (state, reminded_at, starts_at),
        KEY updated (updated_at)
      ) ENGINE = InnoDB`.execute(kysely);
    // While a reservation is CLAIMED, somebody has to bring it to an end, whatever becomes of its request.
    await addDueColumns(kysely, 'reservations');
    await sql`
      CREATE TABLE IF NOT EXISTS tickets (
        id UUID NOT NULL PRIMARY KEY,
        reservation_id UUID NOT NULL,
        session_id UUID NOT NULL,
        unit INT UNSIGNED NOT NULL,
        grade VARCHAR(200) NOT NULL,
        label LONGTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
        price INT UNSIGNED NOT NULL,
        state ENUM('pending', 'valid', 'cancelled') NOT NULL,
        serial INT UNSIGNED NOT NULL DEFAULT 0,
        cancellation_fee INT UNSIGNED NULL,
        cancelled_at DATETIME(3) NULL,
        KEY reservation (reservation_id),
        KEY unit (session_id, unit)
      ) ENGINE = InnoDB`.execute(kysely);
    await sql`
      CREATE TABLE IF NOT EXISTS reservation_audit (
        id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
        reservation_id UUID NOT NULL,
        event VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        from_state VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        to_state VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        member_id UUID NULL,
        detail LONGTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL,
        at DATETIME(3) NOT NULL DEFAULT NOW(3),
        KEY reservation (reservation_id, id)
      ) ENGINE = InnoDB`.execute(kysely);
    await sql`
      CREATE TABLE IF NOT EXISTS notices (
        id UUID NOT NULL PRIMARY KEY,
        reservation_id UUID NOT NULL,
        kind ENUM('confirmed', 'cancelled', 'refunded', 'session-cancelled', 'reminder') NOT NULL,
        detail LONGTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
        KEY reservation (reservation_id)
      ) ENGINE = InnoDB`.execute(kysely);
    await addDueColumns(kysely, 'notices');
    // Who to write to, as members last said it; erased when they leave.
    await sql`
      CREATE TABLE IF NOT EXISTS buyers (
        member_id UUID NOT NULL PRIMARY KEY,
        name VARCHAR(50) NOT NULL,
        email VARCHAR(254) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
        locale CHAR(2) CHARACTER SET ascii NOT NULL,
        birth_date DATE NOT NULL,
        fetched_at DATETIME(3) NOT NULL DEFAULT NOW(3)
      ) ENGINE = InnoDB`.execute(kysely);
    await createOutboxTable(kysely);
    await createIdempotencyTable(kysely);
  },
};

import { addDueColumns } from '@ticketaka/platform/due-work';
import type { Migration } from '@ticketaka/platform/mariadb';
import { sql } from 'kysely';

/**
 * What a queue must not lose.
 *
 * The cheapest way that is sound: a place is a number in a token that its owner keeps and only we can sign, so no place
 * is lost with Redis. MariaDB keeps what no token can: who is in the lobby (they have no number yet), how far the queue
 * is served, and `ceiling`, the highest number that may have been given. Redis gives numbers up to the ceiling only, and
 * it is raised here first, a block at a time; so a Redis that comes back empty goes on above everything it ever gave.
 * One write for each block instead of one for each person.
 *
 * `id` is the session's. `seed` and `entrant_key` leave this table in no answer before the draw, `entrant_key` never.
 */
export const waitingRooms: Migration = {
  async up(kysely) {
    await sql`
      CREATE TABLE IF NOT EXISTS waiting_rooms (
        id UUID NOT NULL PRIMARY KEY,
        mode ENUM('off', 'on', 'auto') NOT NULL,
        state ENUM('lobby', 'shuffling', 'open') NOT NULL,
        crowded BOOLEAN NOT NULL DEFAULT FALSE,
        opens_at DATETIME(3) NULL,
        rate_limit DOUBLE NULL,
        seed BINARY(32) NOT NULL,
        commitment BINARY(32) NOT NULL,
        entrant_key BINARY(32) NOT NULL,
        lobby_count INT UNSIGNED NOT NULL DEFAULT 0,
        entrants_digest BINARY(32) NULL,
        preparing_until DATETIME(3) NULL,
        redis_behind BOOLEAN NOT NULL DEFAULT FALSE,
        ceiling INT UNSIGNED NOT NULL DEFAULT 0,
        serving INT UNSIGNED NOT NULL DEFAULT 0,
        rate DOUBLE NOT NULL DEFAULT 0,
        credit DOUBLE NOT NULL DEFAULT 0,
        calm_seconds DOUBLE NOT NULL DEFAULT 0,
        advanced_at DATETIME(3) NOT NULL
      ) ENGINE = InnoDB`.execute(kysely);
    await addDueColumns(kysely, 'waiting_rooms');
    // Those of the lobby have no number: the draw gives it, and can be made again from what is here.
    await sql`
      CREATE TABLE IF NOT EXISTS waiting_entrants (
        session_id UUID NOT NULL,
        entrant BINARY(16) NOT NULL,
        number INT UNSIGNED NULL,
        PRIMARY KEY (session_id, entrant)
      ) ENGINE = InnoDB`.execute(kysely);
  },
};

/** `share`: of the capacity that the servers are trusted with, the part that they were measured to have. */
export const measuredShares: Migration = {
  async up(kysely) {
    await sql`ALTER TABLE waiting_rooms ADD COLUMN IF NOT EXISTS share DOUBLE NOT NULL DEFAULT 1`.execute(kysely);
  },
};

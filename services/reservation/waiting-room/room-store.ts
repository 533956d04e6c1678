import type { AnyDatabase, Executor } from '@ticketaka/platform/mariadb';
import { sql } from 'kysely';

export type Mode = 'off' | 'on' | 'auto';
export type Stage = 'lobby' | 'shuffling' | 'open';

/** A row of `waiting_rooms`, without what belongs to the controller alone. */
export interface RoomRow {
  readonly id: string;
  readonly mode: Mode;
  readonly state: Stage;
  readonly crowded: 0 | 1;
  readonly opens_at: Date | null;
  readonly rate_limit: number | null;
  readonly seed: Buffer;
  readonly commitment: Buffer;
  readonly entrant_key: Buffer;
  readonly lobby_count: number;
  readonly entrants_digest: Buffer | null;
  readonly ceiling: number;
  /** MariaDB gave numbers that Redis does not know. */
  readonly redis_behind: 0 | 1;
  readonly serving: number;
  readonly rate: number;
}

const columns = sql`
  id, mode, state, crowded, opens_at, rate_limit, seed, commitment, entrant_key, lobby_count, entrants_digest, ceiling,
  redis_behind, serving, rate`;

export interface RoomSettings {
  readonly mode: Mode;
  /** When the lobby closes and the queue opens. None: it is open at once. */
  readonly opensAt?: Date | undefined;
  /** People a second at most, whatever the servers can carry. */
  readonly ratePerSecond?: number | undefined;
}

export interface RoomSecrets {
  readonly seed: Buffer;
  readonly commitment: Buffer;
  readonly entrantKey: Buffer;
}

/**
 * Makes the room, or changes its settings. What was committed to stays, and so do the places. There is a lobby when the
 * mode is `on`, the opening is still to come, and nobody was given a number yet.
 */
export async function saveRoom(
  db: AnyDatabase,
  sessionId: string,
  { mode, opensAt, ratePerSecond, seed, commitment, entrantKey }: RoomSettings & RoomSecrets,
): Promise<void> {
  const opens = opensAt ?? null;
  const withLobby = sql`(${mode} = 'on' AND ${opens} IS NOT NULL AND ${opens} > NOW(3))`;
  const due = sql`IF(${mode} = 'off', NULL, NOW(3))`;
  await sql`
    INSERT INTO waiting_rooms
      (id, mode, state, opens_at, rate_limit, seed, commitment, entrant_key, advanced_at, due_at)
    VALUES (${sessionId}, ${mode}, IF(${withLobby}, 'lobby', 'open'), ${opens}, ${ratePerSecond ?? null}, ${seed},
      ${commitment}, ${entrantKey}, NOW(3), ${due})
    ON DUPLICATE KEY UPDATE
      state = IF(state = 'open' AND ceiling = 0 AND lobby_count = 0 AND ${withLobby}, 'lobby', state),
      opens_at = IF(state = 'lobby' OR ${opens} IS NULL, ${opens}, opens_at),
      mode = VALUES(mode), rate_limit = VALUES(rate_limit), due_at = ${due}, lease_token = NULL`.execute(db.kysely);
}

/** Rooms that may be in force. */
export async function findRooms(db: AnyDatabase): Promise<readonly RoomRow[]> {
  const { rows } = await sql<RoomRow>`SELECT ${columns} FROM waiting_rooms WHERE mode <> 'off'`.execute(db.kysely);
  return rows;
}

export async function findRoom(db: AnyDatabase, sessionId: string): Promise<RoomRow | undefined> {
  const { rows } = await sql<RoomRow>`SELECT ${columns} FROM waiting_rooms WHERE id = ${sessionId}`.execute(db.kysely);
  return rows[0];
}

/**
 * Lets more numbers be given.
 * @returns the numbers, those after `from` up to `to`; undefined when somebody else has done it since `seen`
 */
export async function raiseCeiling(
  db: AnyDatabase,
  sessionId: string,
  { seen, by }: { readonly seen: number; readonly by: number },
): Promise<{ readonly from: number; readonly to: number } | undefined> {
  return await db.transaction(async (trx) => {
    const room = await lockRoom(trx, sessionId);
    if (!room || room.state === 'lobby' || room.ceiling !== seen) return undefined;
    const from = Math.max(room.ceiling, room.lobby_count);
    await setCeiling(trx, sessionId, from + by);
    return { from, to: from + by };
  });
}

/** Closes the lobby when its time has come, by the database's clock. @returns the seconds that are left */
export async function closeLobby(db: AnyDatabase, sessionId: string): Promise<number> {
  return await db.transaction(async (trx) => {
    // Waits for whoever is being written into the lobby; who comes later finds it closed.
    const { rows } = await sql<{ seconds: number | null }>`
      SELECT TIMESTAMPDIFF(MICROSECOND, NOW(3), opens_at) / 1e6 AS seconds FROM waiting_rooms
      WHERE id = ${sessionId} AND state = 'lobby' FOR UPDATE`.execute(trx);
    const seconds = rows[0]?.seconds ?? 0;
    if (seconds > 0) return seconds;
    await sql`
      UPDATE waiting_rooms SET state = 'shuffling' WHERE id = ${sessionId} AND state = 'lobby'`.execute(trx);
    return 0;
  });
}

/** Takes the work of the draw, so that one replica does it and not each. Twice would do no harm. */
export async function claimPreparation(db: AnyDatabase, sessionId: string): Promise<boolean> {
  const { numAffectedRows } = await sql`
    UPDATE waiting_rooms SET preparing_until = NOW(3) + INTERVAL 30 SECOND
    WHERE id = ${sessionId} AND (preparing_until IS NULL OR preparing_until <= NOW(3))`.execute(db.kysely);
  return numAffectedRows === 1n;
}

export async function releasePreparation(db: AnyDatabase, sessionId: string): Promise<void> {
  await sql`UPDATE waiting_rooms SET preparing_until = NULL WHERE id = ${sessionId}`.execute(db.kysely);
}

export async function setRedisBehind(db: Executor, sessionId: string, behind: boolean): Promise<void> {
  await sql`UPDATE waiting_rooms SET redis_behind = ${behind} WHERE id = ${sessionId}`.execute(db);
}

/** Publishes the draw and opens. */
export async function openRoom(db: AnyDatabase, sessionId: string, digest: Buffer): Promise<void> {
  await sql`
    UPDATE waiting_rooms SET state = 'open', entrants_digest = ${digest}, advanced_at = NOW(3)
    WHERE id = ${sessionId} AND state = 'shuffling'`.execute(db.kysely);
}

export async function lockRoom(trx: Executor, sessionId: string) {
  const { rows } = await sql<Pick<RoomRow, 'state' | 'lobby_count' | 'ceiling'>>`
    SELECT state, lobby_count, ceiling FROM waiting_rooms WHERE id = ${sessionId} FOR UPDATE`.execute(trx);
  return rows[0];
}

export async function setCeiling(trx: Executor, sessionId: string, ceiling: number): Promise<void> {
  await sql`UPDATE waiting_rooms SET ceiling = ${ceiling} WHERE id = ${sessionId}`.execute(trx);
}

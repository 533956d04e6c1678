import { sql } from 'kysely';
import type { SessionLimits, SessionState } from '../domain/rotation.ts';
import type { AuthExecutor } from './accounts.ts';
import { databaseNow } from './schema.ts';

export interface NewSession {
  readonly sessionId: string;
  readonly memberId: string;
  readonly device: string;
}

export async function insertSession(trx: AuthExecutor, session: NewSession): Promise<void> {
  await trx
    .insertInto('sessions')
    .values({
      session_id: session.sessionId,
      member_id: session.memberId,
      device: session.device,
      generation: 0,
      created_at: databaseNow,
      rotated_at: databaseNow,
    })
    .execute();
}

export interface NewRefreshToken {
  readonly tokenHash: Buffer;
  readonly sessionId: string;
  readonly generation: number;
  readonly accessTokenId: string;
}

export async function insertRefreshToken(trx: AuthExecutor, token: NewRefreshToken): Promise<void> {
  await trx
    .insertInto('refresh_tokens')
    .values({
      token_hash: token.tokenHash,
      session_id: token.sessionId,
      generation: token.generation,
      access_token_id: token.accessTokenId,
      issued_at: databaseNow,
    })
    .execute();
}

/** The session that a refresh token belongs to, newest or long replaced. */
export async function sessionOfToken(db: AuthExecutor, tokenHash: Buffer) {
  return await db
    .selectFrom('refresh_tokens')
    .select(['session_id as sessionId', 'generation'])
    .where('token_hash', '=', tokenHash)
    .executeTakeFirst();
}

export interface LockedSession extends SessionState {
  readonly memberId: string;
  /** The database's time when the lock was got. */
  readonly now: Date;
}

/** Keeps the session as it is until the transaction ends: of two refreshes at once, the second sees what the first did. */
export async function lockSession(trx: AuthExecutor, sessionId: string): Promise<LockedSession | undefined> {
  const session = await trx
    .selectFrom('sessions')
    .select(['member_id as memberId', 'generation', 'rotated_at as rotatedAt', 'created_at as createdAt'])
    .where('session_id', '=', sessionId)
    .forUpdate()
    .executeTakeFirst();
  if (!session) return undefined;
  // Asked for by itself: in the statement above it would be the time before the wait for the lock.
  const { rows } = await sql<{ now: Date }>`SELECT ${databaseNow} AS now`.execute(trx);
  const now = rows[0]?.now;
  if (!now) throw new Error('a SELECT without a table has one row');
  return { ...session, now };
}

export async function advanceSession(trx: AuthExecutor, sessionId: string): Promise<void> {
  await trx
    .updateTable('sessions')
    .set({ generation: sql<number>`generation + 1`, rotated_at: databaseNow })
    .where('session_id', '=', sessionId)
    .execute();
}

export interface SessionRecord {
  readonly sessionId: string;
  readonly device: string;
  readonly createdAt: Date;
  readonly rotatedAt: Date;
}

/** Live sessions of a member, the one used last first. */
export async function liveSessions(
  db: AuthExecutor,
  memberId: string,
  limits: SessionLimits,
): Promise<SessionRecord[]> {
  return await db
    .selectFrom('sessions')
    .select(['session_id as sessionId', 'device', 'created_at as createdAt', 'rotated_at as rotatedAt'])
    .where('member_id', '=', memberId)
    .where('created_at', '>', secondsAgo(limits.absolute))
    .where('rotated_at', '>', secondsAgo(limits.idle))
    .orderBy('rotated_at', 'desc')
    .orderBy('session_id')
    .execute();
}

/** The session that an access token was given in, if it is one of this member. */
export async function sessionOfAccessToken(db: AuthExecutor, token: { memberId: string; tokenId: string }) {
  const row = await db
    .selectFrom('refresh_tokens')
    .innerJoin('sessions', 'sessions.session_id', 'refresh_tokens.session_id')
    .select('sessions.session_id as sessionId')
    .where('refresh_tokens.access_token_id', '=', token.tokenId)
    .where('sessions.member_id', '=', token.memberId)
    .executeTakeFirst();
  return row?.sessionId;
}

/** Ends a session, with all of its tokens. Says whether there was one. */
export async function deleteSession(db: AuthExecutor, session: { sessionId: string; memberId?: string }) {
  const { numDeletedRows } = await db
    .deleteFrom('sessions')
    .where('session_id', '=', session.sessionId)
    .$if(session.memberId !== undefined, (query) => query.where('member_id', '=', session.memberId ?? ''))
    .executeTakeFirst();
  return numDeletedRows > 0n;
}

export async function deleteSessionsOf(trx: AuthExecutor, memberId: string, except?: string): Promise<void> {
  await trx
    .deleteFrom('sessions')
    .where('member_id', '=', memberId)
    .$if(except !== undefined, (query) => query.where('session_id', '!=', except ?? ''))
    .execute();
}

/** Ends the sessions that were used longest ago, beyond the given number. */
export async function keepNewestSessions(trx: AuthExecutor, memberId: string, keep: number): Promise<void> {
  const surplus = await trx
    .selectFrom('sessions')
    .select('session_id')
    .where('member_id', '=', memberId)
    .orderBy('rotated_at', 'desc')
    .orderBy('session_id', 'desc')
    .limit(1000)
    .offset(keep)
    .execute();
  if (surplus.length === 0) return;
  const ids = surplus.map(({ session_id: sessionId }) => sessionId);
  await trx.deleteFrom('sessions').where('session_id', 'in', ids).execute();
}

export function secondsAgo(seconds: number) {
  return sql<Date>`${databaseNow} - INTERVAL ${seconds} SECOND`;
}

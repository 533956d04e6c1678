import { problem } from '@ticketaka/platform/http';
import { refreshTokenHash } from '../crypto/refresh-token.ts';
import { expiryOf } from '../domain/rotation.ts';
import { errors } from '../errors.ts';
import { deleteSession, liveSessions, sessionOfAccessToken, sessionOfToken } from '../store/sessions.ts';
import type { AuthParts } from './auth-parts.ts';

/** The access token of a request. */
export interface Caller {
  readonly memberId: string;
  readonly tokenId: string;
}

/** Ends the session of a refresh token, if there is one. Any token of the family will do, also an old one. */
export async function signOut({ db }: AuthParts, refreshToken: string | undefined): Promise<void> {
  const found = refreshToken && (await sessionOfToken(db.kysely, refreshTokenHash(refreshToken)));
  if (found) await deleteSession(db.kysely, { sessionId: found.sessionId });
}

export async function listSessions({ db, sessions: limits }: AuthParts, caller: Caller) {
  const [sessions, current] = await Promise.all([
    liveSessions(db.kysely, caller.memberId, limits),
    sessionOfAccessToken(db.kysely, caller),
  ]);
  return sessions.map((session) => ({
    sessionId: session.sessionId,
    device: session.device,
    createdAt: session.createdAt.toISOString(),
    lastUsedAt: session.rotatedAt.toISOString(),
    expiresAt: expiryOf(session, limits).toISOString(),
    current: session.sessionId === current,
  }));
}

/** @throws Problem session_not_found, also for a session of somebody else */
export async function endSession({ db }: AuthParts, caller: Caller, sessionId: string): Promise<void> {
  const ended = await deleteSession(db.kysely, { sessionId, memberId: caller.memberId });
  if (!ended) throw problem(errors, 'session_not_found');
}

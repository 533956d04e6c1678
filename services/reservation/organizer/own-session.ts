import type { Principal } from '@ticketaka/platform/auth';
import { problem } from '@ticketaka/platform/http';
import { errors } from '../errors.ts';
import type { KnownSession, SessionBook } from '../sessions/index.ts';
import { requireOrganizer } from '../use-cases/rights.ts';

/** @throws Problem session_not_found, not_yours */
export async function ownSession(
  sessions: Pick<SessionBook, 'get'>,
  principal: Pick<Principal, 'memberId' | 'roles'>,
  sessionId: string,
): Promise<KnownSession> {
  const session = await sessions.get(sessionId);
  if (!session) throw problem(errors, 'session_not_found');
  requireOrganizer(session, principal);
  return session;
}

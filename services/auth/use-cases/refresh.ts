import { problem } from '@ticketaka/platform/http';
import { clientNetwork } from '@ticketaka/platform/rate-limit';
import { refreshTokenHash } from '../crypto/refresh-token.ts';
import { decideRotation } from '../domain/rotation.ts';
import { errors } from '../errors.ts';
import { advanceSession, deleteSession, lockSession, sessionOfToken } from '../store/sessions.ts';
import type { AuthParts } from './auth-parts.ts';
import { type IssuedTokens, type PendingTokens, signTokens, writeTokens } from './issue-tokens.ts';

type Outcome =
  | { readonly kind: 'issued'; readonly tokens: PendingTokens }
  | { readonly kind: 'gone' }
  | { readonly kind: 'expired' | 'reused'; readonly memberId: string };

export interface Refresh {
  readonly refreshToken: string | undefined;
  readonly address: string;
}

/**
 * Takes a refresh token and gives the next one. A reused one ends the session, for the thief and the owner alike
 * (RFC 9700 section 4.14.2); why it ended is for our log only.
 * @throws Problem session_ended
 * @throws RateLimited
 */
export async function refresh(parts: AuthParts, { refreshToken, address }: Refresh): Promise<IssuedTokens> {
  const { db, limits, log } = parts;
  await limits.refresh({ network: clientNetwork(address) });
  const found = refreshToken && (await sessionOfToken(db.kysely, refreshTokenHash(refreshToken)));
  if (!found) throw sessionEnded();
  const { sessionId, generation } = found;
  await limits.refresh({ sessionId });
  const outcome = await rotate(parts, sessionId, generation);
  if (outcome.kind === 'issued') return await signTokens(parts, outcome.tokens);
  if (outcome.kind === 'reused') {
    log.warn({ sessionId, memberId: outcome.memberId }, 'a refresh token was used again, its session is ended');
  }
  throw sessionEnded();
}

async function rotate({ db, sessions: limits }: AuthParts, sessionId: string, generation: number): Promise<Outcome> {
  return await db.transaction(async (trx): Promise<Outcome> => {
    const session = await lockSession(trx, sessionId);
    if (!session) return { kind: 'gone' };
    const decision = decideRotation(generation, session, { now: session.now, limits });
    if (decision === 'expired' || decision === 'reused') {
      await deleteSession(trx, { sessionId });
      return { kind: decision, memberId: session.memberId };
    }
    if (decision === 'rotate') await advanceSession(trx, sessionId);
    const newest = decision === 'rotate' ? generation + 1 : session.generation;
    return { kind: 'issued', tokens: await writeTokens(trx, { ...session, sessionId, generation: newest }, limits) };
  });
}

function sessionEnded() {
  return problem(errors, 'session_ended', { headers: { 'www-authenticate': 'Bearer error="invalid_token"' } });
}

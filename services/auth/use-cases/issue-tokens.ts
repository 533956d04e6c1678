import { newId } from '@ticketaka/platform/ids';
import { newRefreshToken, refreshTokenHash } from '../crypto/refresh-token.ts';
import { expiryOf, type SessionLimits } from '../domain/rotation.ts';
import { type AuthExecutor, rolesOf } from '../store/accounts.ts';
import { insertRefreshToken } from '../store/sessions.ts';
import type { AuthParts } from './auth-parts.ts';

/** What a client gets for signing in or refreshing. */
export interface IssuedTokens {
  readonly accessToken: string;
  /** Seconds. */
  readonly expiresIn: number;
  readonly refreshToken: string;
  /** Seconds until the refresh token is of no use. */
  readonly refreshExpiresIn: number;
}

export interface TokenGrant {
  readonly sessionId: string;
  readonly memberId: string;
  readonly generation: number;
  readonly createdAt: Date;
  readonly now: Date;
}

/** A refresh token that is written down, and what the access token beside it will say. Nothing is signed yet. */
export type PendingTokens = Awaited<ReturnType<typeof writeTokens>>;

/** Adds a refresh token to a session, in the transaction that decided so. */
export async function writeTokens(trx: AuthExecutor, grant: TokenGrant, limits: SessionLimits) {
  const { sessionId, memberId, generation, createdAt, now } = grant;
  const refreshToken = newRefreshToken();
  const tokenId = newId();
  await insertRefreshToken(trx, {
    tokenHash: refreshTokenHash(refreshToken),
    sessionId,
    generation,
    accessTokenId: tokenId,
  });
  const roles = (await rolesOf(trx, [memberId])).get(memberId) ?? [];
  const refreshExpiresIn = Math.floor(
    (expiryOf({ createdAt, rotatedAt: now }, limits).getTime() - now.getTime()) / 1000,
  );
  return { refreshToken, refreshExpiresIn, claims: { memberId, roles, tokenId } };
}

export async function signTokens({ signer }: Pick<AuthParts, 'signer'>, pending: PendingTokens): Promise<IssuedTokens> {
  const { token, expiresIn } = await signer.sign(pending.claims);
  const { refreshToken, refreshExpiresIn } = pending;
  return { accessToken: token, expiresIn, refreshToken, refreshExpiresIn };
}

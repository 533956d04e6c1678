import { createHash, randomBytes } from 'node:crypto';

/** An opaque token of 256 bits in base64url. It means nothing to anyone but our database. */
export function newRefreshToken(): string {
  return randomBytes(32).toString('base64url');
}

/**
 * What the database keeps instead of the token. A plain SHA-256 is enough for 256 random bits: there is nothing to
 * guess, unlike a password.
 */
export function refreshTokenHash(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

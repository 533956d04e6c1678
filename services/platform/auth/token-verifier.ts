import { hash } from 'node:crypto';
import { errors, jwtVerify } from 'jose';
import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import { roles } from '../contract/index.ts';
import type { KeySource } from './key-source.ts';
import type { Principal } from './principal.ts';

/** The token is malformed, expired, not ours or not for us. The message is for the log, never for the client. */
export class InvalidToken extends Error {
  override readonly name = 'InvalidToken';
}

export interface TokenVerifier {
  /** @throws InvalidToken */
  verify(token: string): Promise<Principal>;
}

export interface TokenVerifierOptions {
  readonly issuer: string;
  readonly audience: string;
  readonly keys: KeySource;
  /** Verified tokens kept, by hash, until they expire. @default 10 000 */
  readonly cacheSize?: number;
  /** Seconds since the epoch. @default the system clock */
  readonly now?: () => number;
}

const claims = z.object({
  sub: z.uuid(),
  jti: z.string().min(1),
  exp: z.number(),
  // A role that this build does not know yet is no reason to refuse the person.
  roles: z.array(z.string()).transform((given) => roles.filter((role) => given.includes(role))),
});

/** RFC 8725 3.1: the algorithm is ours to say, not the token's. */
const algorithms = ['RS256'];

/** Verifies access tokens. A signature costs some 50 µs, so a token that was good is remembered until it expires. */
export function createTokenVerifier(options: TokenVerifierOptions): TokenVerifier {
  const { issuer, audience, keys, cacheSize = 10_000, now = () => Date.now() / 1000 } = options;
  const verified = new LRUCache<string, Principal>({ max: cacheSize });
  let generation = keys.generation?.();

  async function check(token: string): Promise<Principal> {
    try {
      const currentDate = new Date(now() * 1000);
      const { payload } = await jwtVerify(token, keys, { issuer, audience, algorithms, currentDate });
      const { sub, jti, exp, roles: held } = claims.parse(payload);
      return { memberId: sub, roles: held, tokenId: jti, expiresAt: exp };
    } catch (error) {
      if (error instanceof errors.JOSEError || error instanceof z.ZodError) {
        throw new InvalidToken('token refused', { cause: error });
      }
      throw error;
    }
  }

  return {
    async verify(token) {
      if (keys.generation?.() !== generation) {
        verified.clear();
        generation = keys.generation?.();
      }
      const digest = hash('sha256', token, 'base64');
      const known = verified.get(digest);
      if (known && known.expiresAt > now()) return known;
      verified.delete(digest);
      const principal = await check(token);
      verified.set(digest, principal);
      return principal;
    },
  };
}

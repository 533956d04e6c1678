import { createPrivateKey, type KeyObject } from 'node:crypto';
import type { Role } from '@ticketaka/platform/contract';
import { newId } from '@ticketaka/platform/ids';
import { accessTokenSeconds, type SigningKey, signingKeyOf } from '@ticketaka/platform/keys';
import { SignJWT } from 'jose';
import type { KeyFile } from './key-file.ts';

export interface TokenSignerOptions {
  readonly keys: KeyFile;
  readonly issuer: string;
  readonly audience: string;
}

export interface TokenClaims {
  readonly memberId: string;
  readonly roles: readonly Role[];
  /** Becomes `jti`. @default a new id */
  readonly tokenId?: string;
}

export interface SignedToken {
  readonly token: string;
  /** Seconds. */
  readonly expiresIn: number;
}

export interface TokenSigner {
  sign(claims: TokenClaims): Promise<SignedToken>;
}

/** Signs access tokens (RFC 9068 claims, RS256) with the key that is signing now. */
export function createTokenSigner({ keys, issuer, audience }: TokenSignerOptions): TokenSigner {
  let imported: { readonly kid: string; readonly key: KeyObject } | undefined;

  function importOnce({ kid, privateJwk }: SigningKey): KeyObject {
    if (imported?.kid !== kid) imported = { kid, key: createPrivateKey({ key: privateJwk, format: 'jwk' }) };
    return imported.key;
  }

  return {
    async sign({ memberId, roles, tokenId = newId() }) {
      const key = signingKeyOf(await keys.current());
      const token = await new SignJWT({ roles })
        .setProtectedHeader({ alg: 'RS256', typ: 'at+jwt', kid: key.kid })
        .setIssuer(issuer)
        .setAudience(audience)
        .setSubject(memberId)
        .setJti(tokenId)
        .setIssuedAt()
        .setExpirationTime(`${accessTokenSeconds} s`)
        .sign(importOnce(key));
      return { token, expiresIn: accessTokenSeconds };
    },
  };
}

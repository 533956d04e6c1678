import { createPrivateKey, sign } from 'node:crypto';
import type { Role } from '../contract/index.ts';
import { newId } from '../ids/index.ts';
import { type KeySet, signingKeyOf } from '../keys/index.ts';

/** An access token as auth gives it. */
export function signToken(
  keys: KeySet,
  { memberId, roles }: { readonly memberId: string; readonly roles: readonly Role[] },
): string {
  const { kid, privateJwk } = signingKeyOf(keys);
  const now = Math.floor(Date.now() / 1000);
  const claims = {
    iss: 'ticketaka',
    aud: 'ticketaka',
    sub: memberId,
    jti: newId(),
    iat: now,
    exp: now + 900,
    roles,
  };
  const signed = [{ alg: 'RS256', typ: 'at+jwt', kid }, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');
  const key = createPrivateKey({ key: privateJwk, format: 'jwk' });
  return `${signed}.${sign('RSA-SHA256', Buffer.from(signed), key).toString('base64url')}`;
}

import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { readKeySet } from '@ticketaka/platform/keys';
import { importJWK, type JWTPayload, SignJWT } from 'jose';
import type { Platform } from './platform.ts';

const minute = 60;

/** Tokens as auth would sign them, and as it never would. */
export interface Mint {
  good(roles?: readonly string[]): Promise<string>;
  readonly bad: Readonly<Record<string, string>>;
}

export async function mint({ home }: Platform): Promise<Mint> {
  const { keys } = await readKeySet(join(home, 'keys/keyset.json'));
  const signing = keys.find(({ state }) => state === 'signing');
  if (!signing) throw new Error('no key signs');
  const { kid } = signing;
  const ours = await importJWK(signing.privateJwk, 'RS256');
  const { privateKey: strangers } = generateKeyPairSync('rsa', { modulusLength: 2048 });

  const sign = async (claims: JWTPayload, key: Parameters<SignJWT['sign']>[0] = ours) => {
    const now = Math.floor(Date.now() / 1000);
    const always = { iss: 'ticketaka', aud: 'ticketaka', sub: randomUUID(), jti: randomUUID(), iat: now, roles: [] };
    const payload = { ...always, exp: now + 15 * minute, ...claims };
    return await new SignJWT(payload).setProtectedHeader({ alg: 'RS256', kid }).sign(key);
  };
  const good = (roles: readonly string[] = []) => sign({ roles });
  const [header, , signature] = (await good()).split('.');
  const everybody = Buffer.from(JSON.stringify({ iss: 'ticketaka', aud: 'ticketaka', sub: randomUUID() })).toString(
    'base64url',
  );
  const none = Buffer.from('{"alg":"none"}').toString('base64url');

  return {
    good,
    bad: {
      malformed: 'not-a-token',
      expired: await sign({ exp: Math.floor(Date.now() / 1000) - 10 * minute }),
      forged: await sign({ roles: ['admin'] }, strangers),
      'with another payload': `${header}.${everybody}.${signature}`,
      unsigned: `${none}.${everybody}.`,
      'of another issuer': await sign({ iss: 'somebody' }),
      'for another audience': await sign({ aud: 'something' }),
    },
  };
}

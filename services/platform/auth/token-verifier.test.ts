import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type CryptoKey, createLocalJWKSet, exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';
import { createLogger } from '../log/index.ts';
import { createTokenVerifier, fileKeys, InvalidToken } from './index.ts';

const log = createLogger({ service: 'test', workload: 'test', level: 'silent' });
const memberId = '0193e3a0-0000-7000-8000-000000000001';
const now = 1_800_000_000;

async function keyPair(kid: string) {
  const { publicKey, privateKey } = await generateKeyPair('RS256');
  const jwk: JWK = { ...(await exportJWK(publicKey)), kid, alg: 'RS256', use: 'sig' };
  return { kid, privateKey, jwk };
}

interface Signing {
  readonly kid: string;
  readonly privateKey: CryptoKey;
}

function sign({ kid, privateKey }: Signing, claims: Record<string, unknown> = {}) {
  const payload = {
    iss: 'ticketaka',
    aud: 'ticketaka',
    sub: memberId,
    jti: 'j',
    exp: now + 900,
    roles: ['staff', 'new'],
  };
  return new SignJWT({ ...payload, ...claims }).setProtectedHeader({ alg: 'RS256', kid }).sign(privateKey);
}

describe('createTokenVerifier', () => {
  let directory = '';
  let first: Awaited<ReturnType<typeof keyPair>>;
  let second: Awaited<ReturnType<typeof keyPair>>;
  const file = () => join(directory, 'jwks.json');
  const publish = (...keys: JWK[]) => writeFile(file(), JSON.stringify({ keys }));
  const verifier = (clock = () => now) =>
    createTokenVerifier({ issuer: 'ticketaka', audience: 'ticketaka', keys: fileKeys(file(), log), now: clock });

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'keys-'));
    [first, second] = await Promise.all([keyPair('first'), keyPair('second')]);
    await publish(first.jwk);
  });
  afterAll(() => rm(directory, { recursive: true }));

  it('says who holds a good token, with the roles that this build knows', async () => {
    const principal = await verifier().verify(await sign(first));
    expect(principal).toEqual({ memberId, roles: ['staff'], tokenId: 'j', expiresAt: now + 900 });
  });

  it.each([
    ['expired', { exp: now - 1 }],
    ['of another issuer', { iss: 'other' }],
    ['for another audience', { aud: 'other' }],
    ['without a subject', { sub: undefined }],
    ['without roles', { roles: undefined }],
    ['without an end', { exp: undefined }],
  ])('refuses a token %s', async (_, claims) => {
    await expect(verifier().verify(await sign(first, claims))).rejects.toThrow(InvalidToken);
  });

  it('refuses a token signed by a stranger under our key id', async () => {
    await expect(verifier().verify(await sign({ kid: 'first', privateKey: second.privateKey }))).rejects.toThrow(
      InvalidToken,
    );
  });

  it.each(['', 'x', 'a.b.c', `${Buffer.from('{"alg":"none"}').toString('base64url')}.e30.`])(
    'refuses %j',
    async (token) => {
      await expect(verifier().verify(token)).rejects.toThrow(InvalidToken);
    },
  );

  it('refuses a remembered token once it has expired', async () => {
    let time = now;
    const { verify } = verifier(() => time);
    const token = await sign(first);
    await verify(token);
    time = now + 901;
    await expect(verify(token)).rejects.toThrow(InvalidToken);
  });

  it('forgets the tokens of a key that was taken out', async () => {
    let generation = 1;
    let keys = createLocalJWKSet({ keys: [first.jwk] });
    const source = Object.assign((...of: Parameters<typeof keys>) => keys(...of), { generation: () => generation });
    const { verify } = createTokenVerifier({
      issuer: 'ticketaka',
      audience: 'ticketaka',
      keys: source,
      now: () => now,
    });
    const token = await sign(first);
    await verify(token);
    keys = createLocalJWKSet({ keys: [second.jwk] });
    await expect(verify(token)).resolves.toMatchObject({ memberId });
    generation = 2;
    await expect(verify(token)).rejects.toThrow(InvalidToken);
  });

  it('finds a key that was added to the file later', async () => {
    const { verify } = verifier();
    await verify(await sign(first));
    await publish(first.jwk, second.jwk);
    await utimes(file(), new Date(), new Date(Date.now() + 5000));
    const token = await sign(second);
    await expect(verify(token)).resolves.toMatchObject({ memberId });
    await expect(verify(await sign(first))).resolves.toMatchObject({ memberId });
  });
});

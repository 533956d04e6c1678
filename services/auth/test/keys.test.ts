import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  createKeySet,
  generateKey,
  type KeySet,
  promoteNext,
  prune,
  publicJwks,
  publishNext,
} from '@ticketaka/platform/keys';
import { waitFor } from '@ticketaka/platform/testing';
import { createLocalJWKSet, decodeProtectedHeader, jwtVerify } from 'jose';
import { Jwks } from '../schemas.ts';
import { type AuthServer, goodPassword, startAuth } from './auth-server.ts';

let auth: AuthServer;
beforeAll(async () => {
  auth = await startAuth();
}, 60_000);
afterAll(() => auth[Symbol.asyncDispose]());

const jwksOf = async () => {
  const answer = await auth.browser().send('GET', '/.well-known/jwks.json');
  return { ...answer, jwks: Jwks.parse(answer.body) };
};

const kidOf = (accessToken: string) => decodeProtectedHeader(accessToken).kid;

/** Puts the set into the files, and waits until auth shows it. */
async function publish(set: KeySet) {
  await auth.publish(set);
  const kids = set.keys.map(({ kid }) => kid).join();
  await waitFor(async () => (await jwksOf()).jwks.keys.map(({ kid }) => kid).join() === kids, { what: kids });
}

describe('signing keys', () => {
  it('are shown in public, without anything private, to be kept for a minute', async () => {
    const { status, headers, jwks, body } = await jwksOf();
    expect(status).toBe(200);
    expect(headers.get('cache-control')).toBe('public, max-age=60');
    expect(headers.get('content-type')).toMatch(/^application\/json/);
    expect(body).toEqual(jwks);
    expect(JSON.stringify(body)).not.toMatch(/"(?:d|p|q|dp|dq|qi)"/);
  });

  it('rotate without a restart, and no token is refused that is still good', async () => {
    const { email } = await auth.createAccount();
    const browser = auth.browser();
    const token = async () => {
      await browser.login(email, goodPassword);
      return browser.accessToken;
    };
    const accepted = async (accessToken: string) => {
      const asking = auth.browser();
      asking.accessToken = accessToken;
      const { jwks } = await jwksOf();
      await jwtVerify(accessToken, createLocalJWKSet(jwks), { issuer: 'ticketaka', audience: 'ticketaka' });
      return (await asking.send('GET', '/api/auth/sessions')).status === 200;
    };

    const start = createKeySet(await generateKey(), new Date());
    await publish(start);
    const first = await token();
    expect(kidOf(first)).toBe(start.keys[0]?.kid);

    const published = publishNext(start, await generateKey(), new Date());
    await publish(published);
    const second = await token();
    expect(kidOf(second)).toBe(kidOf(first));
    expect(await accepted(first)).toBe(true);

    const promoted = promoteNext(published, new Date(), { propagation: 0 });
    await publish(promoted);
    let third = '';
    const byNewKey = async () => {
      third = await token();
      return kidOf(third) === published.keys[1]?.kid;
    };
    await waitFor(byNewKey, { what: 'the new key to sign' });
    for (const good of [first, second, third]) expect(await accepted(good)).toBe(true);

    const later = new Date(Date.now() + 2 * 3600 * 1000);
    await publish(prune(promoted, later));
    expect((await jwksOf()).jwks).toEqual(publicJwks(prune(promoted, later)));
    expect(await accepted(third)).toBe(true);
  });

  it('are as old as the one that signs, for whoever has to rotate them', async () => {
    const day = 86_400_000;
    const old = createKeySet(await generateKey(), new Date(Date.now() - 200 * day));
    await publish(old);
    expect(await auth.keyAge()).toBeGreaterThan((199 * day) / 1000);
    const next = publishNext(old, await generateKey(), new Date(Date.now() - day));
    await publish(next);
    expect(await auth.keyAge()).toBeGreaterThan((199 * day) / 1000);
    // Nobody asks for keys meanwhile.
    await auth.publish(promoteNext(next, new Date()));
    await waitFor(async () => (await auth.keyAge()) < (2 * day) / 1000, { what: 'the new key to sign' });
  });

  it('go on when their file turns bad, and the log says so', async () => {
    const good = createKeySet(await generateKey(), new Date());
    await publish(good);
    await auth.breakKeys('{}');
    await waitFor(async () => (await jwksOf()) && auth.logged().includes('signing keys cannot be loaded'));
    const { email } = await auth.createAccount();
    expect((await auth.browser().login(email, goodPassword)).status).toBe(200);
    expect((await jwksOf()).jwks).toEqual(publicJwks(good));
    await publish(createKeySet(await generateKey(), new Date()));
  });
});

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sessionLimits } from '../domain/rotation.ts';
import { type AuthServer, goodPassword, startAuth } from './auth-server.ts';
import type { Answer, Browser } from './browser.ts';

let auth: AuthServer;
beforeAll(async () => {
  auth = await startAuth();
}, 60_000);
afterAll(() => auth[Symbol.asyncDispose]());

async function signedIn(server = auth): Promise<Browser> {
  const { email } = await server.createAccount();
  const browser = server.browser();
  await browser.login(email, goodPassword);
  return browser;
}

/** Ages every session, as if nothing had happened for so long. */
async function pass(seconds: number) {
  await auth.database.query(`UPDATE sessions SET rotated_at = rotated_at - INTERVAL ${seconds} SECOND,
    created_at = created_at - INTERVAL ${seconds} SECOND`);
}

const ended = { status: 401, body: { code: 'session_ended' } };

describe('refresh', () => {
  it('gives a new access token and a new cookie', async () => {
    const browser = await signedIn();
    const { cookie, accessToken } = browser;
    const answer = await browser.refresh();
    expect(answer).toMatchObject({ status: 200, body: { tokenType: 'Bearer', expiresIn: 900 } });
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(browser.cookie).not.toBe(cookie);
    expect(browser.accessToken).not.toBe(accessToken);
    expect((await browser.send('GET', '/api/auth/sessions')).status).toBe(200);
  });

  it('shows roles that were given since', async () => {
    const { memberId, email } = await auth.createAccount();
    const browser = auth.browser();
    await browser.login(email, goodPassword);
    await browser.send('PUT', `/api/auth/internal/accounts/${memberId}/roles`, { body: { roles: ['staff'] } });
    await browser.refresh();
    expect(Buffer.from(browser.accessToken.split('.')[1] ?? '', 'base64url').toString()).toContain('"roles":["staff"]');
  });

  it.each([undefined, 'ticketaka_refresh=', 'ticketaka_refresh=unknown', `ticketaka_refresh=${'x'.repeat(43)}`])(
    'with the cookie %j is an ended session',
    async (cookie) => {
      const browser = auth.browser();
      browser.cookie = cookie;
      expect(await browser.refresh()).toMatchObject(ended);
    },
  );

  it('ends the session for thief and owner when a token comes a second time', async () => {
    const owner = await signedIn();
    const thief = owner.copy();
    await owner.refresh();
    await pass(sessionLimits.grace);
    expect(await thief.refresh()).toMatchObject(ended);
    expect(await owner.refresh()).toMatchObject(ended);
    expect(auth.logged()).toContain('a refresh token was used again');
  });

  it('ends the session at once when a token comes that was replaced twice', async () => {
    const owner = await signedIn();
    const thief = owner.copy();
    await owner.refresh();
    await owner.refresh();
    expect(await thief.refresh()).toMatchObject(ended);
    expect(await owner.refresh()).toMatchObject(ended);
  });

  it('finds a thief who was inside the grace window as soon as both go on', async () => {
    const owner = await signedIn();
    const thief = owner.copy();
    await owner.refresh();
    expect((await thief.refresh()).status).toBe(200);
    await pass(sessionLimits.grace);
    expect((await thief.refresh()).status).toBe(200);
    await pass(sessionLimits.grace);
    expect(await owner.refresh()).toMatchObject(ended);
    expect(await thief.refresh()).toMatchObject(ended);
  });

  it('leaves other sessions of the same member alone', async () => {
    const { email } = await auth.createAccount();
    const [phone, laptop] = [auth.browser(), auth.browser()];
    await phone.login(email, goodPassword);
    await laptop.login(email, goodPassword);
    const thief = phone.copy();
    await phone.refresh();
    await phone.refresh();
    await thief.refresh();
    expect((await laptop.refresh()).status).toBe(200);
  });

  it('ends with a session that was idle for too long', async () => {
    const browser = await signedIn();
    await pass(sessionLimits.idle);
    expect(await browser.refresh()).toMatchObject(ended);
  });

  it('ends after its absolute life, however busy it was', async () => {
    const browser = await signedIn();
    for (const _ of [1, 2, 3]) {
      await pass(sessionLimits.absolute / 3);
      await auth.database.query('UPDATE sessions SET rotated_at = UTC_TIMESTAMP(3) - INTERVAL 1 HOUR');
    }
    expect(await browser.refresh()).toMatchObject(ended);
  });

  it('stops when it is asked for more often than any browser does', async () => {
    const browser = await signedIn();
    const answers: Answer[] = [];
    for (let count = 0; count < 31; count += 1) answers.push(await browser.refresh());
    expect(answers.slice(0, 30).every(({ status }) => status === 200)).toBe(true);
    expect(answers[30]).toMatchObject({ status: 429, body: { code: 'too_many_requests' } });
    expect(Number(answers[30]?.headers.get('retry-after'))).toBeGreaterThan(0);
  });
});

/** Refreshes from several tabs at once, and says how many of them are still signed in afterwards. */
async function tabsAlive(server: AuthServer, tabs: number): Promise<number> {
  const browser = await signedIn(server);
  const all = Array.from({ length: tabs }, () => browser.copy());
  const first = await Promise.all(all.map((tab) => tab.refresh()));
  // The next turn comes at once, as when every tab retries what it was doing.
  const second = await Promise.all(all.map((tab) => tab.refresh()));
  return first.filter((answer, index) => answer.status === 200 && second[index]?.status === 200).length;
}

describe('tabs that refresh at once', () => {
  it('all stay signed in', async () => {
    for (const tabs of [2, 5, 10]) expect(await tabsAlive(auth, tabs)).toBe(tabs);
  });

  it('each get a token of their own', async () => {
    const browser = await signedIn();
    const tabs = Array.from({ length: 8 }, () => browser.copy());
    await Promise.all(tabs.map((tab) => tab.refresh()));
    expect(new Set(tabs.map(({ cookie }) => cookie)).size).toBe(8);
    expect(new Set(tabs.map(({ accessToken }) => accessToken)).size).toBe(8);
  });

  it('lose the session when the grace window is off, which shows that the window is what saves them', async () => {
    await using strict = await startAuth({ sessions: { ...sessionLimits, grace: 0 } });
    expect(await tabsAlive(strict, 5)).toBe(0);
    expect(strict.logged()).toContain('a refresh token was used again');
  });
});

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '@ticketaka/platform/ids';
import { openDatabase } from '@ticketaka/platform/mariadb';
import { z } from 'zod';
import { sessionLimits } from '../domain/rotation.ts';
import { SessionList } from '../schemas.ts';
import { pruneOnce } from '../store/prune.ts';
import type { AuthSchema } from '../store/schema.ts';
import { type AuthServer, goodPassword, startAuth } from './auth-server.ts';
import type { Browser } from './browser.ts';

let auth: AuthServer;
beforeAll(async () => {
  auth = await startAuth();
}, 60_000);
afterAll(() => auth[Symbol.asyncDispose]());

const iphone = 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 Version/18.5 Safari/604.1';

async function sessionsOf(browser: Browser) {
  const answer = await browser.send('GET', '/api/auth/sessions');
  expect(answer.status).toBe(200);
  return SessionList.parse(answer.body).sessions;
}

async function count(sql: string, values: readonly unknown[] = []) {
  const rows = z.array(z.object({ n: z.coerce.number() })).parse(await auth.database.query(sql, values));
  return rows[0]?.n;
}

describe('sessions', () => {
  it('are listed by device, and say which one is asking', async () => {
    const { email } = await auth.createAccount();
    const [phone, other] = [auth.browser(), auth.browser()];
    await phone.login(email, goodPassword, { 'user-agent': iphone });
    await other.login(email, goodPassword, { 'user-agent': 'curl/8.14.1' });
    const sessions = await sessionsOf(phone);
    expect(sessions.map(({ device, current }) => ({ device, current }))).toEqual(
      expect.arrayContaining([
        { device: 'Safari · iPhone', current: true },
        { device: 'curl', current: false },
      ]),
    );
    expect(sessions).toHaveLength(2);
    await phone.refresh();
    const own = (await sessionsOf(phone)).filter(({ current }) => current);
    expect(own.map(({ device }) => device)).toEqual(['Safari · iPhone']);
    expect(new Date(own[0]?.expiresAt ?? 0).getTime()).toBeGreaterThan(Date.now() + 13 * 24 * 3600 * 1000);
  });

  it('can be ended from another device', async () => {
    const { email } = await auth.createAccount();
    const [phone, laptop] = [auth.browser(), auth.browser()];
    await phone.login(email, goodPassword);
    await laptop.login(email, goodPassword);
    const lost = (await sessionsOf(laptop)).find(({ current }) => !current);
    expect((await laptop.send('DELETE', `/api/auth/sessions/${lost?.sessionId}`)).status).toBe(204);
    expect((await phone.refresh()).status).toBe(401);
    expect((await laptop.refresh()).status).toBe(200);
  });

  it('of somebody else cannot be ended, nor told from those that do not exist', async () => {
    const [mine, theirs] = await Promise.all([auth.createAccount(), auth.createAccount()]);
    const [me, them] = [auth.browser(), auth.browser()];
    await me.login(mine.email, goodPassword);
    await them.login(theirs.email, goodPassword);
    const session = (await sessionsOf(them))[0];
    for (const id of [session?.sessionId, newId()]) {
      const answer = await me.send('DELETE', `/api/auth/sessions/${id}`);
      expect(answer).toMatchObject({ status: 404, body: { code: 'session_not_found' } });
    }
    expect((await them.refresh()).status).toBe(200);
  });

  it('need a token to be seen', async () => {
    const answer = await auth.browser().send('GET', '/api/auth/sessions');
    expect(answer).toMatchObject({ status: 401, body: { code: 'unauthenticated' } });
    const forged = auth.browser();
    forged.accessToken = 'e30.e30.e30';
    expect((await forged.send('DELETE', `/api/auth/sessions/${newId()}`)).status).toBe(401);
  });

  it('refuse an id that is none', async () => {
    const { email } = await auth.createAccount();
    const browser = auth.browser();
    await browser.login(email, goodPassword);
    expect((await browser.send('DELETE', '/api/auth/sessions/1')).body).toMatchObject({ code: 'invalid_request' });
  });

  it('end with logout, which takes the cookie away', async () => {
    const { email } = await auth.createAccount();
    const browser = auth.browser();
    await browser.login(email, goodPassword);
    const copy = browser.copy();
    const answer = await browser.logout();
    expect(answer.status).toBe(204);
    expect(answer.setCookie).toMatch(/^ticketaka_refresh=; Max-Age=0; Path=\/api\/auth/);
    expect((await copy.refresh()).status).toBe(401);
    expect(await sessionsOf(copy)).toEqual([]);
  });

  it('need none for a logout', async () => {
    const browser = auth.browser();
    expect((await browser.logout()).status).toBe(204);
    browser.cookie = 'ticketaka_refresh=unknown';
    expect((await browser.logout()).status).toBe(204);
  });

  it('are no more than twenty for a member: the one that was used longest ago goes', async () => {
    const { email, memberId } = await auth.createAccount();
    const first = auth.browser();
    await first.login(email, goodPassword);
    const last = auth.browser();
    for (let more = 0; more < 20; more += 1) await last.login(email, goodPassword);
    expect(await count('SELECT COUNT(*) AS n FROM sessions WHERE member_id = ?', [memberId])).toBe(20);
    expect((await first.refresh()).status).toBe(401);
    expect((await last.refresh()).status).toBe(200);
  });

  it('are deleted with their tokens when they are over, and live ones are not', async () => {
    await using own = await startAuth();
    const { email } = await own.createAccount();
    const [old, idle, live] = [own.browser(), own.browser(), own.browser()];
    for (const browser of [old, idle, live]) await browser.login(email, goodPassword);
    const [oldId, idleId] = await Promise.all(
      [old, idle].map(async (browser) => ownSession(await sessionsOf(browser))),
    );
    await own.database.query('UPDATE sessions SET created_at = created_at - INTERVAL 31 DAY WHERE session_id = ?', [
      oldId,
    ]);
    await own.database.query('UPDATE sessions SET rotated_at = rotated_at - INTERVAL 15 DAY WHERE session_id = ?', [
      idleId,
    ]);
    await live.refresh();
    await live.refresh();
    await own.database.query('UPDATE refresh_tokens SET issued_at = issued_at - INTERVAL 8 DAY');
    const db = await openDatabase<AuthSchema>({ url: own.database.url, log: own.runtime.log });
    expect(await pruneOnce(db.kysely, sessionLimits)).toEqual({ rows: 3, more: false });
    expect(await pruneOnce(db.kysely, sessionLimits)).toEqual({ rows: 0, more: false });
    await db.close();
    const left = await own.database.query('SELECT generation FROM refresh_tokens ORDER BY generation');
    expect(left).toEqual([{ generation: 1 }, { generation: 2 }]);
    expect((await live.refresh()).status).toBe(200);
  });
});

function ownSession(sessions: Awaited<ReturnType<typeof sessionsOf>>) {
  return sessions.find((session) => session.current)?.sessionId;
}

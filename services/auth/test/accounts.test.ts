import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { memberWithdrawn } from '@ticketaka/members/api';
import { createEnvelope } from '@ticketaka/platform/broker';
import { newId } from '@ticketaka/platform/ids';
import { waitFor } from '@ticketaka/platform/testing';
import { decodeJwt } from 'jose';
import { type AuthServer, goodPassword, startAuth } from './auth-server.ts';

let auth: AuthServer;
beforeAll(async () => {
  auth = await startAuth();
}, 60_000);
afterAll(() => auth[Symbol.asyncDispose]());

const at = (memberId: string, part = '') => `/api/auth/internal/accounts/${memberId}${part}`;
const put = (path: string, body: unknown) => auth.browser().send('PUT', path, { body });
const post = (path: string, body: unknown) => auth.browser().send('POST', path, { body });
const login = async (email: string, password: string) => (await auth.browser().login(email, password)).status;
const next = 'another moonlit stair';

describe('creating an account', () => {
  it('answers with it, and keeps no password', async () => {
    const memberId = newId();
    const { status, body } = await put(at(memberId), { email: ` ${memberId}@Example.com`, password: goodPassword });
    expect(status).toBe(200);
    expect(body).toEqual({
      memberId,
      email: `${memberId}@example.com`,
      roles: [],
      locked: false,
      createdAt: expect.any(String),
      passwordChangedAt: expect.any(String),
    });
    const rows = await auth.database.query('SELECT password_hash FROM accounts WHERE member_id = ?', [memberId]);
    expect(rows).toEqual([{ password_hash: expect.stringMatching(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/) }]);
  });

  it('may be repeated, and creates nothing twice', async () => {
    const account = await auth.createAccount();
    const again = await Promise.all([1, 2, 3].map(() => put(at(account.memberId), account)));
    expect(again.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(await login(account.email, goodPassword)).toBe(200);
  });

  it('that comes many times at once creates one', async () => {
    const [memberId, email] = [newId(), `${newId()}@example.com`];
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => put(at(memberId), { email, password: goodPassword })),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  });

  it('of many members with one address at once gives it to one', async () => {
    const email = `${newId()}@example.com`;
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => put(at(newId()), { email, password: goodPassword })),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(answers.filter(({ body }) => body['code'] === 'email_taken')).toHaveLength(7);
  });

  it('repeated with another password sets it until the first login, and never after', async () => {
    const { memberId, email } = await auth.createAccount();
    await put(at(memberId), { email, password: next });
    expect(await login(email, next)).toBe(200);
    expect((await put(at(memberId), { email, password: goodPassword })).status).toBe(200);
    expect(await login(email, goodPassword)).toBe(401);
    expect(await login(email, next)).toBe(200);
  });

  it('refuses another address for the same member', async () => {
    const { memberId } = await auth.createAccount();
    const answer = await put(at(memberId), { email: `${newId()}@example.com`, password: goodPassword });
    expect(answer).toMatchObject({ status: 409, body: { code: 'account_exists' } });
  });

  it.each([
    ['short', 'too_short'],
    ['x'.repeat(129), 'too_long'],
    ['Qwerty12345', 'common'],
    ['hello minjimail!', 'contains_address'],
  ])('refuses the password %j: %s', async (password, reason) => {
    const answer = await put(at(newId()), { email: 'minjimail@example.com', password });
    expect(answer).toMatchObject({ status: 422, body: { code: 'password_too_weak', reason } });
    expect(answer.body['detail']).toEqual(expect.any(String));
  });

  it('refuses an id or an address that is none', async () => {
    const body = { email: 'a@example.com', password: goodPassword };
    expect((await put(at('1'), body)).body).toMatchObject({ code: 'invalid_request' });
    expect((await put(at(newId()), { ...body, email: 'a' })).body).toMatchObject({ code: 'invalid_request' });
  });
});

describe('reading accounts', () => {
  it('finds one by id and by address in any case', async () => {
    const { memberId, email } = await auth.createAccount();
    expect((await auth.browser().send('GET', at(memberId))).body).toMatchObject({ memberId, email });
  });

  it('says so when there is none', async () => {
    const none = { status: 404, body: { code: 'account_not_found' } };
    const id = newId();
    expect(await auth.browser().send('GET', at(id))).toMatchObject(none);
    expect(await put(at(id, '/roles'), { roles: [] })).toMatchObject(none);
    expect(await put(at(id, '/lock'), { locked: true })).toMatchObject(none);
    expect(await put(at(id, '/password'), { password: next })).toMatchObject(none);
    expect(await post(at(id, '/password'), { current: goodPassword, next })).toMatchObject(none);
  });

  it('gives many at once, and leaves out those that do not exist', async () => {
    const [a, b] = await Promise.all([auth.createAccount(), auth.createAccount()]);
    await put(at(a.memberId, '/roles'), { roles: ['staff', 'admin'] });
    const answer = await post(at('batch'), { memberIds: [a.memberId, newId(), b.memberId] });
    expect(answer.body['accounts']).toHaveLength(2);
    expect(answer.body['accounts']).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ memberId: a.memberId, roles: ['admin', 'staff'] }),
        expect.objectContaining({ memberId: b.memberId, roles: [] }),
      ]),
    );
    expect((await post(at('batch'), { memberIds: [] })).body).toEqual({ accounts: [] });
  });
});

describe('changing a password', () => {
  it('ends every session but the one that asked', async () => {
    const { memberId, email } = await auth.createAccount();
    const [here, elsewhere] = [auth.browser(), auth.browser()];
    await here.login(email, goodPassword);
    await elsewhere.login(email, goodPassword);
    const tokenId = decodeJwt(here.accessToken).jti;
    expect((await post(at(memberId, '/password'), { current: goodPassword, next, tokenId })).status).toBe(204);
    expect((await here.refresh()).status).toBe(200);
    expect((await elsewhere.refresh()).status).toBe(401);
    expect(await login(email, goodPassword)).toBe(401);
    expect(await login(email, next)).toBe(200);
  });

  it('ends every session when nobody says which one asked, or it is of somebody else', async () => {
    const stranger = await auth.createAccount();
    const other = auth.browser();
    await other.login(stranger.email, goodPassword);
    for (const tokenId of [undefined, decodeJwt(other.accessToken).jti]) {
      const { memberId, email } = await auth.createAccount();
      const browser = auth.browser();
      await browser.login(email, goodPassword);
      expect((await post(at(memberId, '/password'), { current: goodPassword, next, tokenId })).status).toBe(204);
      expect((await browser.refresh()).status).toBe(401);
    }
    expect((await other.refresh()).status).toBe(200);
  });

  it('may be repeated when the answer was lost, and is still no way in for who knows neither', async () => {
    const { memberId, email } = await auth.createAccount();
    const browser = auth.browser();
    await browser.login(email, goodPassword);
    const tokenId = decodeJwt(browser.accessToken).jti;
    const change = { current: goodPassword, next, tokenId };
    expect((await post(at(memberId, '/password'), change)).status).toBe(204);
    expect((await post(at(memberId, '/password'), change)).status).toBe(204);
    expect((await browser.refresh()).status).toBe(200);
    const other = await post(at(memberId, '/password'), { ...change, next: `${next} b` });
    expect(other).toMatchObject({ status: 403, body: { code: 'wrong_password' } });
    expect(await login(email, next)).toBe(200);
  });

  it('refuses a wrong current password, and counts the tries', async () => {
    const { memberId } = await auth.createAccount();
    const answers = [];
    for (let tries = 0; tries < 6; tries += 1) {
      answers.push(await post(at(memberId, '/password'), { current: 'not the password', next }));
    }
    expect(answers[0]).toMatchObject({ status: 403, body: { code: 'wrong_password' } });
    expect(answers.map(({ status }) => status)).toEqual([403, 403, 403, 403, 403, 429]);
  });

  it('refuses a weak one', async () => {
    const { memberId } = await auth.createAccount();
    const answer = await post(at(memberId, '/password'), { current: goodPassword, next: '1234567890' });
    expect(answer).toMatchObject({ status: 422, body: { code: 'password_too_weak', reason: 'common' } });
  });

  it('of many changes at once lets one through', async () => {
    const { memberId } = await auth.createAccount();
    const answers = await Promise.all(
      ['a', 'b', 'c', 'd'].map((tail) => post(at(memberId, '/password'), { current: goodPassword, next: next + tail })),
    );
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([204, 403, 403, 403]);
  });
});

describe('resetting a password', () => {
  it('ends every session', async () => {
    const { memberId, email } = await auth.createAccount();
    const browser = auth.browser();
    await browser.login(email, goodPassword);
    expect((await put(at(memberId, '/password'), { password: next })).status).toBe(204);
    expect((await browser.refresh()).status).toBe(401);
    expect(await login(email, next)).toBe(200);
  });

  it('refuses a weak one', async () => {
    const { memberId } = await auth.createAccount();
    expect((await put(at(memberId, '/password'), { password: 'short' })).body).toMatchObject({ reason: 'too_short' });
  });
});

describe('locking an account', () => {
  it('ends its sessions, and lets nobody in until it is unlocked', async () => {
    const { memberId, email } = await auth.createAccount();
    const browser = auth.browser();
    await browser.login(email, goodPassword);
    expect((await put(at(memberId, '/lock'), { locked: true })).body).toMatchObject({ locked: true });
    expect((await browser.refresh()).status).toBe(401);
    expect(await login(email, goodPassword)).toBe(401);
    await put(at(memberId, '/password'), { password: next });
    expect(await login(email, next)).toBe(401);
    expect((await put(at(memberId, '/lock'), { locked: false })).body).toMatchObject({ locked: false });
    expect(await login(email, next)).toBe(200);
  });

  it('leaves no session behind that began in the same moment', async () => {
    const { memberId, email } = await auth.createAccount();
    const browsers = [1, 2, 3, 4].map(() => auth.browser());
    await Promise.all([
      ...browsers.map((browser) => browser.login(email, goodPassword)),
      put(at(memberId, '/lock'), { locked: true }),
    ]);
    const refreshed = await Promise.all(browsers.map((browser) => browser.refresh()));
    expect(refreshed.map(({ status }) => status)).toEqual([401, 401, 401, 401]);
  });
});

describe('roles', () => {
  it('are replaced, and are in the next token', async () => {
    const { memberId, email } = await auth.createAccount();
    expect((await put(at(memberId, '/roles'), { roles: ['staff', 'organizer'] })).body['roles']).toEqual([
      'organizer',
      'staff',
    ]);
    await put(at(memberId, '/roles'), { roles: ['admin', 'admin'] });
    const browser = auth.browser();
    await browser.login(email, goodPassword);
    expect(decodeJwt(browser.accessToken)['roles']).toEqual(['admin']);
  });

  it('that do not exist are refused', async () => {
    const { memberId } = await auth.createAccount();
    expect((await put(at(memberId, '/roles'), { roles: ['root'] })).body).toMatchObject({ code: 'invalid_request' });
  });
});

describe('a member who leaves', () => {
  it('leaves nothing of the account, also when the event comes twice', async () => {
    const { memberId, email } = await auth.createAccount();
    const browser = auth.browser();
    await browser.login(email, goodPassword);
    await put(at(memberId, '/roles'), { roles: ['staff'] });
    for (const _ of [1, 2]) {
      const event = createEnvelope(memberWithdrawn, { memberId, at: new Date().toISOString() }, { service: 'members' });
      await auth.broker.publishRaw({ exchange: 'members', routingKey: memberWithdrawn.type, body: event });
    }
    await waitFor(async () => (await browser.refresh()).status === 401, { what: 'the session to end' });
    expect(await login(email, goodPassword)).toBe(401);
    for (const table of ['accounts', 'account_roles', 'sessions']) {
      expect(await auth.database.query(`SELECT 1 FROM ${table} WHERE member_id = ?`, [memberId])).toEqual([]);
    }
    expect((await put(at(newId()), { email, password: goodPassword })).status).toBe(200);
  });
});

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { hash } from '@node-rs/argon2';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { type AuthServer, goodPassword, startAuth } from './auth-server.ts';

let auth: AuthServer;
beforeAll(async () => {
  auth = await startAuth();
}, 60_000);
afterAll(() => auth[Symbol.asyncDispose]());

describe('login', () => {
  it('gives an access token that says who holds it', async () => {
    const { memberId, email } = await auth.createAccount();
    const { status, body, headers } = await auth.browser().login(email, goodPassword);
    expect(status).toBe(200);
    expect(body).toEqual({ accessToken: expect.any(String), tokenType: 'Bearer', expiresIn: 900 });
    expect(headers.get('cache-control')).toBe('no-store');
    const token = String(body['accessToken']);
    const claims = decodeJwt(token);
    expect(claims).toMatchObject({ iss: 'ticketaka', aud: 'ticketaka', sub: memberId, roles: [] });
    expect(claims).toMatchObject({ jti: expect.any(String), exp: (claims.iat ?? 0) + 900 });
    expect(decodeProtectedHeader(token)).toMatchObject({ alg: 'RS256', kid: expect.any(String) });
  });

  it('sets the refresh token as a cookie that scripts and other sites do not get', async () => {
    const { email } = await auth.createAccount();
    const { setCookie } = await auth.browser().login(email, goodPassword);
    const attributes = (setCookie ?? '').split('; ');
    expect(attributes[0]).toMatch(/^ticketaka_refresh=[\w-]{43}$/);
    expect(attributes).toEqual(expect.arrayContaining(['HttpOnly', 'Secure', 'SameSite=Strict', 'Path=/api/auth']));
    expect(attributes).toContain(`Max-Age=${14 * 24 * 3600}`);
  });

  it('does not keep the refresh token itself', async () => {
    const { email } = await auth.createAccount();
    const browser = auth.browser();
    await browser.login(email, goodPassword);
    const token = browser.cookie?.split('=')[1] ?? '';
    expect(token).not.toBe('');
    const found = await auth.database.query('SELECT 1 FROM refresh_tokens WHERE token_hash = ?', [Buffer.from(token)]);
    expect(found).toHaveLength(0);
  });

  it('takes the address in any case, and the password however the keyboard composed it', async () => {
    const { email } = await auth.createAccount({
      email: `a${Date.now()}@example.com`,
      password: '달빛 아래 피아노 계단',
    });
    const answer = await auth.browser().login(` ${email.toUpperCase()} `, '달빛 아래 피아노 계단'.normalize('NFD'));
    expect(answer.status).toBe(200);
  });

  it('says the same of an unknown address, a wrong password and a locked account, after the same work', async () => {
    const known = await auth.createAccount();
    const locked = await auth.createAccount();
    await auth.browser().send('PUT', `/api/auth/internal/accounts/${locked.memberId}/lock`, { body: { locked: true } });
    const tries = [
      { email: 'nobody@example.com', password: goodPassword },
      { email: known.email, password: 'not the password' },
      { email: locked.email, password: goodPassword },
    ];
    for (const { email, password } of tries) {
      const before = await auth.passwordWork('verify');
      const { status, body, setCookie, headers } = await auth.browser().login(email, password);
      expect(status).toBe(401);
      expect({ ...body, instance: '' }).toEqual({
        type: '/problems/invalid_credentials',
        title: 'The e-mail address or the password is not right',
        status: 401,
        code: 'invalid_credentials',
        instance: '',
      });
      expect(setCookie).toBeUndefined();
      expect(headers.get('www-authenticate')).toBe('Bearer');
      expect((await auth.passwordWork('verify')) - before).toBe(1);
    }
  });

  it('answers in Korean to who asks for it', async () => {
    const answer = await auth.browser().login('nobody@example.com', goodPassword, { 'accept-language': 'ko-KR,ko' });
    expect(answer.body['title']).toBe('이메일 주소 또는 비밀번호가 올바르지 않습니다');
  });

  it.each([
    {},
    { email: 'a@example.com' },
    { email: 'not an address', password: goodPassword },
    { email: 'a@example.com', password: '' },
    { email: 'a@example.com', password: 'x'.repeat(1025) },
    { email: 'a@example.com', password: ['x'] },
  ])('refuses case %# as a request that is not valid', async (body) => {
    const answer = await auth.browser().send('POST', '/api/auth/login', { body });
    expect(answer).toMatchObject({ status: 400, body: { code: 'invalid_request' } });
  });

  it('writes no address, password or token to the log', async () => {
    const { email } = await auth.createAccount();
    const browser = auth.browser();
    await browser.login(email, goodPassword);
    await browser.login(email, 'not the password');
    for (const secret of [
      email,
      goodPassword,
      'not the password',
      browser.accessToken,
      browser.cookie?.split('=')[1],
    ]) {
      expect(auth.logged()).not.toContain(secret);
    }
  });

  it('lets the cookie go over plain HTTP only when it is told so', async () => {
    await using plain = await startAuth({ cookieSecure: false });
    const { email } = await plain.createAccount();
    expect((await plain.browser().login(email, goodPassword)).setCookie).not.toContain('Secure');
  });

  it('lets in all who come at once with the right password while its hash is brought up to date', async () => {
    await using two = await startAuth({ hasher: { concurrency: 2, queue: 8 } });
    const { memberId, email } = await two.createAccount();
    // So dear that the new hash is there before the third try has been verified.
    const old = await hash(goodPassword, { memoryCost: 65_536, timeCost: 8, parallelism: 1 });
    await two.database.query('UPDATE accounts SET password_hash = ? WHERE member_id = ?', [old, memberId]);
    const answers = await Promise.all([1, 2, 3].map(() => two.browser().login(email, goodPassword)));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    const rows = await two.database.query('SELECT password_hash AS kept FROM accounts WHERE member_id = ?', [memberId]);
    expect(rows).toEqual([{ kept: expect.stringContaining('m=19456,t=2') }]);
  });

  it('turns a flood away before it takes the machine, and serves again after it', async () => {
    await using small = await startAuth({ hasher: { concurrency: 1, queue: 2 } });
    const { email } = await small.createAccount();
    const flood = await Promise.all(Array.from({ length: 12 }, () => small.browser().login(email, goodPassword)));
    const statuses = flood.map(({ status }) => status);
    expect(new Set(statuses)).toEqual(new Set([200, 503]));
    expect(flood.find(({ status }) => status === 503)?.headers.get('retry-after')).toBe('1');
    expect((await small.browser().login(email, goodPassword)).status).toBe(200);
  });
});

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomAddress, startPrivate } from '@ticketaka/platform/testing';
import { service } from '../service.ts';
import { type AuthServer, goodPassword, startAuth } from './auth-server.ts';
import type { Answer, Browser } from './browser.ts';

let auth: AuthServer;
beforeAll(async () => {
  auth = await startAuth();
}, 60_000);
afterAll(() => auth[Symbol.asyncDispose]());

async function guess(browser: Browser, email: string, times: number): Promise<Answer[]> {
  const answers: Answer[] = [];
  for (let count = 0; count < times; count += 1) answers.push(await browser.login(email, `wrong guess ${count}`));
  return answers;
}

const statuses = (answers: readonly Answer[]) => answers.map(({ status }) => status);

describe('the limits of login', () => {
  it('make whoever guesses wait, and do no work for the guess', async () => {
    const { email } = await auth.createAccount();
    const attacker = auth.browser();
    expect(statuses(await guess(attacker, email, 5))).toEqual([401, 401, 401, 401, 401]);
    const before = await auth.passwordWork('verify');
    const answer = await attacker.login(email, goodPassword);
    expect(answer).toMatchObject({ status: 429, body: { code: 'too_many_requests' } });
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(Number(answer.headers.get('retry-after'))).toBeLessThanOrEqual(60);
    expect(await auth.passwordWork('verify')).toBe(before);
  });

  it('make the wait grow', async () => {
    const { email } = await auth.createAccount();
    const attacker = auth.browser();
    const waits = (await guess(attacker, email, 21)).map(({ headers }) => Number(headers.get('retry-after') ?? 0));
    expect(waits[4]).toBe(0);
    expect(waits[5]).toBeLessThanOrEqual(60);
    expect(waits[10]).toBeGreaterThan(60);
    expect(waits[10]).toBeLessThanOrEqual(15 * 60);
    expect(waits[20]).toBeGreaterThan(15 * 60);
  });

  it('are the same for an address without an account', async () => {
    const answers = await guess(auth.browser(), 'nobody-at-all@example.com', 6);
    expect(statuses(answers)).toEqual([401, 401, 401, 401, 401, 429]);
  });

  it('let the owner in from another network meanwhile', async () => {
    const { email } = await auth.createAccount();
    await guess(auth.browser(), email, 8);
    expect((await auth.browser().login(email, goodPassword)).status).toBe(200);
  });

  it('count one customer of IPv6 as one, whichever of its addresses it uses', async () => {
    const { email } = await auth.createAccount();
    for (let host = 1; host <= 5; host += 1) await auth.browser(`2001:db8::${host}`).login(email, 'wrong guess');
    expect((await auth.browser('2001:db8::6').login(email, goodPassword)).status).toBe(429);
    expect((await auth.browser('2001:db8:1::6').login(email, goodPassword)).status).toBe(200);
  });

  it('leave each network one guess when many guess at one account, and the owner needs one', async () => {
    const { email } = await auth.createAccount();
    const networks = Array.from({ length: 10 }, () => auth.browser());
    for (const network of networks) await guess(network, email, 5);
    expect(statuses(await guess(auth.browser(), email, 2))).toEqual([401, 429]);
    const owner = auth.browser();
    expect((await owner.login(email, goodPassword)).status).toBe(200);
    expect((await owner.login(email, goodPassword)).status).toBe(200);
  });

  it('begin again after a success', async () => {
    const { email } = await auth.createAccount();
    const owner = auth.browser();
    for (let round = 0; round < 4; round += 1) {
      expect(statuses(await guess(owner, email, 4))).toEqual([401, 401, 401, 401]);
      expect((await owner.login(email, goodPassword)).status).toBe(200);
    }
  });

  it('begin again after the password was reset by mail', async () => {
    const { email, memberId } = await auth.createAccount();
    const owner = auth.browser();
    await guess(owner, email, 8);
    const password = 'another moonlit stair';
    await owner.send('PUT', `/api/auth/internal/accounts/${memberId}/password`, { body: { password } });
    expect((await owner.login(email, password)).status).toBe(200);
  });

  it('hold for guesses that come at once', async () => {
    const { email } = await auth.createAccount();
    const attacker = auth.browser();
    const answers = await Promise.all(Array.from({ length: 20 }, (_, i) => attacker.login(email, `wrong guess ${i}`)));
    expect(statuses(answers).filter((status) => status === 401)).toHaveLength(5);
  });

  it('stop one address that tries many accounts', async () => {
    const address = randomAddress();
    const tries = Array.from({ length: 201 }, (_, i) => `stuffed-${i}@example.com`);
    const answers: Answer[] = [];
    for (const email of tries) answers.push(await auth.browser(address).login(email, goodPassword));
    expect(statuses(answers.slice(0, 200))).not.toContain(429);
    expect(answers[200]?.status).toBe(429);
  });

  it('go on while Redis is away, and so does login', async () => {
    await using redis = await startPrivate('redis', [service]);
    await using own = await startAuth({ redisUrl: redis.url(service) });
    const { email } = await own.createAccount();
    await redis.kill();
    const attacker = own.browser();
    expect(statuses(await guess(attacker, email, 6))).toEqual([401, 401, 401, 401, 401, 429]);
    expect((await own.browser().login(email, goodPassword)).status).toBe(200);
  }, 60_000);
});

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { waitFor } from '@ticketaka/platform/testing';
import { decodeProtectedHeader } from 'jose';
import { z } from 'zod';
import { runCommand } from './command.ts';
import { password, signUp } from './people.ts';
import { platform as connect, type Platform } from './platform.ts';
import { Visitor } from './visitor.ts';

const keysBody = z.object({ keys: z.array(z.object({ kid: z.string() })) });

let platform: Platform;
beforeAll(async () => {
  platform = await connect();
}, 180_000);
afterAll(() => platform[Symbol.asyncDispose]());

describe('npm run keys -- rotate', () => {
  it('lets a new key sign while every token goes on working', async () => {
    const { visitor, email } = await signUp(platform);
    const old = visitor.token;
    const before = kidOf(old);
    const refused: unknown[] = [];
    const asked = { withOld: 0, withNew: 0 };
    const newer = new Set<string>();

    const over = new AbortController();
    const goOn = async (round: () => Promise<void>) => {
      while (!over.signal.aborted) await round();
    };
    const ask = async (token: string | undefined) => {
      const { status, body } = await visitor.send('GET', '/api/members/me', { token });
      if (status !== 200) refused.push({ kid: kidOf(token), status, body });
    };
    const running = Promise.all([
      goOn(async () => {
        await ask(old);
        asked.withOld += 1;
      }),
      goOn(async () => {
        const other = new Visitor(platform.gateway);
        const { status, body } = await other.login(email, password);
        if (status !== 200) refused.push({ login: status, body });
        const kid = kidOf(other.token);
        if (kid !== before) newer.add(kid);
        // At once: the first token that a key signs must be known to everybody.
        await ask(other.token);
        await other.refresh();
        await ask(other.token);
        asked.withNew += 1;
      }),
    ]);
    try {
      await waitFor(() => asked.withOld > 5 && asked.withNew > 2, { what: 'requests', timeoutMs: 20_000 });
      expect(await runCommand(platform, 'keys', 'rotate')).toMatchObject({ code: 0 });
      const { withNew } = asked;
      await waitFor(() => newer.size > 0 && asked.withNew > withNew + 4, { what: 'new tokens', timeoutMs: 20_000 });
    } finally {
      over.abort();
      await running;
    }

    expect(refused).toEqual([]);
    expect(newer.size).toBe(1);
    const published = await visitor.send('GET', '/.well-known/jwks.json', { token: undefined });
    const kids = keysBody.parse(published.body).keys.map(({ kid }) => kid);
    expect(kids).toEqual(expect.arrayContaining([before, ...newer]));
    expect((await visitor.send('GET', '/api/members/me', { token: old })).status).toBe(200);
    await visitor.login(email, password);
    expect([kidOf(visitor.token)]).toEqual([...newer]);
  }, 90_000);
});

function kidOf(token: string | undefined): string {
  return decodeProtectedHeader(token ?? '').kid ?? '';
}

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { decodeJwt } from 'jose';
import { z } from 'zod';
import { runCommand } from './command.ts';
import { expectStatus, type Person, password, signUp } from './people.ts';
import { platform as connect, type Platform } from './platform.ts';

const found = z.object({
  members: z.array(z.object({ id: z.string(), email: z.string(), roles: z.array(z.string()), locked: z.boolean() })),
});

let platform: Platform;
let admin: Person;
let other: Person;
beforeAll(async () => {
  platform = await connect();
  [admin, other] = await Promise.all([signUp(platform), signUp(platform)]);
}, 180_000);
afterAll(() => platform[Symbol.asyncDispose]());

const search = ({ visitor }: Person, query: string) =>
  visitor.send('GET', `/api/members?${new URLSearchParams({ query }).toString()}`);
const setRoles = ({ visitor }: Person, id: string, roles: readonly string[]) =>
  visitor.send('PUT', `/api/members/${id}/roles`, { body: { roles } });
const setLock = ({ visitor }: Person, id: string, locked: boolean) =>
  visitor.send('PUT', `/api/members/${id}/lock`, { body: { locked } });

describe('an admin', () => {
  beforeAll(async () => {
    expect(await runCommand(platform, 'admin', 'grant', admin.email, 'admin')).toMatchObject({ code: 0 });
    expectStatus(await admin.visitor.login(admin.email, password), 200);
  }, 30_000);

  it('is made by a command, from the next token on', async () => {
    expect(decodeJwt(admin.visitor.token ?? '')).toMatchObject({ sub: admin.id, roles: ['admin'] });
    expect(await runCommand(platform, 'admin', 'list')).toMatchObject({
      code: 0,
      output: expect.stringContaining(admin.email),
    });
  });

  it('finds members, with their roles and locks', async () => {
    const { members } = found.parse(expectStatus(await search(admin, other.email), 200).body);
    expect(members).toEqual([{ id: other.id, email: other.email, roles: [], locked: false }]);
    const one = await admin.visitor.send('GET', `/api/members/${other.id}`);
    expect(one).toMatchObject({ status: 200, body: { id: other.id, email: other.email } });
  });

  it('gives and takes roles, which the next token has', async () => {
    const given = await setRoles(admin, other.id, ['organizer', 'staff']);
    expect(given).toMatchObject({ status: 200, body: { id: other.id, roles: ['organizer', 'staff'] } });
    await other.visitor.refresh();
    expect(decodeJwt(other.visitor.token ?? '')).toMatchObject({ roles: ['organizer', 'staff'] });
    expect(await setRoles(admin, other.id, [])).toMatchObject({ status: 200, body: { roles: [] } });
    await other.visitor.refresh();
    expect(decodeJwt(other.visitor.token ?? '')).toMatchObject({ roles: [] });
  });

  it('locks a member out of every session, and lets them in again', async () => {
    expectStatus(await other.visitor.login(other.email, password), 200);
    expect(await setLock(admin, other.id, true)).toMatchObject({ status: 200, body: { locked: true } });
    expect((await other.visitor.refresh()).status).toBe(401);
    expect(await other.visitor.login(other.email, password)).toMatchObject({
      status: 401,
      body: { code: 'invalid_credentials' },
    });
    expect(await setLock(admin, other.id, false)).toMatchObject({ status: 200, body: { locked: false } });
    expectStatus(await other.visitor.login(other.email, password), 200);
  });

  it('is not made by or of whoever there is not: the command says so', async () => {
    expect((await runCommand(platform, 'admin', 'grant', 'nobody@example.com', 'admin')).code).not.toBe(0);
    expect((await runCommand(platform, 'admin', 'grant', admin.email, 'emperor')).code).not.toBe(0);
  });

  it('cannot lock themselves out, or take their own role', async () => {
    const refusal = { status: 409, body: { code: 'not_yourself' } };
    expect(await setLock(admin, admin.id, true)).toMatchObject(refusal);
    expect(await setRoles(admin, admin.id, [])).toMatchObject(refusal);
  });
});

describe('a member', () => {
  it('does none of it, neither to others nor to themselves', async () => {
    expectStatus(await other.visitor.login(other.email, password), 200);
    const answers = await Promise.all([
      search(other, admin.email),
      other.visitor.send('GET', `/api/members/${admin.id}`),
      other.visitor.send('GET', `/api/members/${other.id}`),
      setRoles(other, other.id, ['admin']),
      setLock(other, admin.id, true),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([403, 403, 403, 403, 403]);
  });
});

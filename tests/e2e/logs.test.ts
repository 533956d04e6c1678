import { randomInt, randomUUID } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { waitFor } from '@ticketaka/platform/testing';
import { z } from 'zod';
import { leaksIn } from './logs-scan.ts';
import { Mailbox } from './mailbox.ts';
import { expectStatus } from './people.ts';
import { platform as connect, type Platform } from './platform.ts';
import { mint } from './tokens.ts';
import { Visitor } from './visitor.ts';

/** What a person gives, gets and mistypes is nowhere in what any process writes down. */

const ticketBody = z.object({ ticket: z.string() });
const memberBody = z.object({ id: z.uuid() });

let platform: Platform;
beforeAll(async () => {
  platform = await connect();
}, 180_000);
afterAll(() => platform[Symbol.asyncDispose]());

const digits = (count: number) => Array.from({ length: count }, () => randomInt(10)).join('');
const unlikely = () => randomUUID().slice(0, 8);

/** Somebody whom nothing else in a log can be taken for. */
function somebody() {
  return {
    email: `log+${randomUUID()}@example.com`,
    name: `남궁 "${unlikely()}" 빛나라`,
    // Eleven digits, of which ids and times of other lines hold no such row.
    phone: `010${digits(8)}`,
    birthDate: '1931-08-17',
    password: `käse & brot ${unlikely()}`,
    wrongPassword: `not%it ${unlikely()}`,
    nextPassword: `neun / sommer ${unlikely()}`,
    resetPassword: `zehn ? winter ${unlikely()}`,
    newName: `새이름 ${unlikely()}`,
    newPhone: `010${digits(8)}`,
  };
}

/** From the first code to leaving, with every mistake on the way; gives all that was secret or personal in it. */
async function story({ gateway, mail }: Platform): Promise<Readonly<Record<string, string>>> {
  const person = somebody();
  const { email, name, phone, birthDate, password } = person;
  const visitor = new Visitor(gateway);
  const mailbox = new Mailbox(mail, email);
  const said: Record<string, string> = { ...person };
  const keep = (what: string) => {
    said[`${what} token`] = visitor.token ?? '';
    said[`${what} cookie`] = visitor.cookie?.split('=')[1] ?? '';
  };
  const send = (method: string, path: string, body?: unknown) => visitor.send(method, `/api/members${path}`, { body });
  const ticketFor = async (proof: string, code: string) => {
    said[`code of ${proof}`] = code;
    const confirmed = await send('POST', `/${proof}/confirm`, { email, code });
    const { ticket } = ticketBody.parse(expectStatus(confirmed, 200).body);
    said[`ticket of ${proof}`] = ticket;
    return ticket;
  };

  expectStatus(await send('POST', '/verifications', { email }), 202);
  const code = await mailbox.takeCode();
  const ticket = await ticketFor('verifications', code);
  expectStatus(await send('POST', '', { ticket, password, name, birthDate, phone: 'x' }), 400);
  const created = await send('POST', '', { ticket, password, name, birthDate, phone });
  const { id } = memberBody.parse(expectStatus(created, 201).body);
  expectStatus(await visitor.login(email, person.wrongPassword), 401);
  expectStatus(await visitor.login(email, password), 200);
  keep('first');
  expectStatus(await visitor.refresh(), 200);
  keep('renewed');

  // In a path, a query and a header, where it does not belong or a service does not log it.
  const admin = await (await mint(platform)).good(['admin']);
  said['token of an admin'] = admin;
  for (const query of [email, name, phone]) {
    const search = `/api/members?${new URLSearchParams({ query }).toString()}`;
    expectStatus(await visitor.send('GET', search, { token: admin }), 200);
  }
  expectStatus(await visitor.send('GET', `/api/members?email=${encodeURIComponent(email)}`), 403);
  expectStatus(await visitor.send('POST', '/api/auth/login', { body: `{"email":"${email}`, token: '' }), 400);

  expectStatus(await send('PATCH', '/me', { name: person.newName, phone: person.newPhone }), 200);
  const wrong = { current: person.wrongPassword, next: person.nextPassword };
  expectStatus(await send('POST', '/me/password', wrong), 403);
  expectStatus(await send('POST', '/me/password', { ...wrong, current: password }), 204);
  expectStatus(await send('POST', '/password-resets', { email }), 202);
  const resetTicket = await ticketFor('password-resets', await mailbox.takeCode());
  const reset = { ticket: resetTicket, password: person.resetPassword };
  expectStatus(await send('POST', '/password-resets/complete', reset), 204);
  expectStatus(await send('POST', '/password-resets/complete', reset), 400);
  expectStatus(await visitor.login(email, person.resetPassword), 200);
  keep('last');
  said['refused token'] = `${visitor.token?.slice(0, -20)}${'A'.repeat(20)}`;
  expectStatus(await visitor.send('GET', '/api/members/me', { token: said['refused token'] }), 401);
  expectStatus(await send('DELETE', '/me'), 204);
  await mailbox.take(/탈퇴/);
  await logged(platform, id);
  return said;
}

/** Until a request that came after all others is in the log: lines are written up to 50 ms late. */
async function logged({ home, gateway }: Platform, mark: string) {
  expectStatus(await new Visitor(gateway).send('GET', `/api/performances/${mark}`), 404);
  await waitFor(async () => (await readFile(join(home, 'log/mesh.log'), 'utf8')).includes(mark), {
    what: 'the last line of the log',
  });
}

describe('the logs of all processes', () => {
  it('hold nothing that somebody gave, got or mistyped, from signing up to leaving', async () => {
    const said = await story(platform);
    const folder = join(platform.home, 'log');
    const files = await readdir(folder);
    expect(files).toEqual(
      expect.arrayContaining(['mesh.log', 'auth-api.log', 'members-api.log', 'mail-worker.log', 'mariadb.log']),
    );
    expect(await leaksIn(folder, said)).toEqual([]);
  }, 60_000);
});

describe('the search for leaks', () => {
  it('takes a short code for one only where it stands alone', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'ticketaka-logs-'));
    try {
      await writeFile(join(folder, 'ids.log'), '{"id":"0193123456ab","ms":1.123456,"at":"123456-7"}');
      await writeFile(join(folder, 'code.log'), '{"code":"123456"}');
      const [leak, ...others] = await leaksIn(folder, { code: '123456' });
      expect([leak?.file, others.every(({ file }) => file === 'code.log')]).toEqual(['code.log', true]);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  const secret = 'Käse "& Brot';

  it.each([
    ['as it is', `a Käse "& Brot b`],
    ['percent-encoded', 'GET /?q=k%c3%a4se%20%22%26%20brot'],
    ['as a form', 'q=K%C3%A4se+%22%26+Brot&r='],
    ['in JSON', JSON.stringify({ secret })],
    ['in JSON within JSON', JSON.stringify({ body: JSON.stringify({ secret }) })],
    ['in ASCII JSON', String.raw`{"secret":"K\u00E4se \"& Brot"}`],
    ['in base64', Buffer.from(secret).toString('base64')],
  ])('finds one that is planted %s', async (as, line) => {
    const folder = await mkdtemp(join(tmpdir(), 'ticketaka-logs-'));
    try {
      await writeFile(join(folder, 'clean.log'), '{"msg":"request"}\n');
      await writeFile(join(folder, 'leaking.log'), `{"msg":"before"}\n${line}\n`);
      expect(await leaksIn(folder, { secret })).toContainEqual({ file: 'leaking.log', secret: 'secret', as });
      expect(await leaksIn(folder, { other: 'another' })).toEqual([]);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});

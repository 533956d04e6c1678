import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { waitFor } from '@ticketaka/platform/testing';
import { type MembersServer, newAddress, password, person, refusal, startMembers } from './members-server.ts';

let members: MembersServer;
beforeAll(async () => {
  members = await startMembers();
}, 90_000);
afterEach(() => {
  members.wire.rule = undefined;
});
afterAll(() => members[Symbol.asyncDispose]());

const another = 'another moonlit stairway';

async function resetTicket(email: string, count: number) {
  const visitor = members.visitor();
  await visitor.requestPasswordReset({ body: { email } });
  const code = await members.codeFor(email, count);
  return (await visitor.confirmPasswordReset({ body: { email, code } })).body.ticket;
}

async function admin() {
  const member = await members.member();
  await members.authDatabase.query("INSERT INTO account_roles (member_id, role) VALUES (?, 'admin')", [member.id]);
  return { ...member, token: await members.login(member.email) };
}

describe('a password', () => {
  it('is reset with a ticket, once, and the owner is told', async () => {
    const { email, visitor } = await members.member();
    const ticket = await resetTicket(email, 3);
    await visitor.resetPassword({ body: { ticket, password: another } });
    await expect(members.login(email, another)).resolves.toEqual(expect.any(String));
    expect(await refusal(members.login(email))).toMatchObject({ status: 401 });
    const again = visitor.resetPassword({ body: { ticket, password } });
    expect(await refusal(again)).toMatchObject({ status: 400, code: 'ticket_invalid' });
    expect((await members.mailsTo(email, 4)).at(-1)?.template.name).toBe('password-changed');
  });

  it('is set by the same ticket when the first answer of auth was lost, or refused it', async () => {
    const { email, visitor } = await members.member();
    const ticket = await resetTicket(email, 3);
    members.wire.rule = async ({ forward }) => {
      await forward();
      return 'lose';
    };
    const lost = visitor.resetPassword({ body: { ticket, password: another } });
    expect(await refusal(lost)).toMatchObject({ status: 503 });
    members.wire.rule = undefined;
    const weak = visitor.resetPassword({ body: { ticket, password: email } });
    expect(await refusal(weak)).toMatchObject({ status: 422, code: 'password_too_weak' });
    expect((await visitor.resetPassword({ body: { ticket, password: another } })).status).toBe(204);
  });

  it('cannot be reset with a ticket for signing up', async () => {
    const { ticket, visitor } = await members.member();
    const mixed = visitor.resetPassword({ body: { ticket, password: another } });
    expect(await refusal(mixed)).toMatchObject({ status: 400, code: 'ticket_invalid' });
  });

  it('that its owner changed is not reset by a ticket from before', async () => {
    const { email, visitor, token } = await members.member();
    const ticket = await resetTicket(email, 3);
    await visitor.changePassword({ token, body: { current: password, next: another } });
    const late = visitor.resetPassword({ body: { ticket, password } });
    expect(await refusal(late)).toMatchObject({ status: 400, code: 'ticket_invalid' });
    await expect(members.login(email, another)).resolves.toEqual(expect.any(String));
  });

  it('is changed once when the first answer of auth was lost: its owner is told, and an old ticket is of no use', async () => {
    const { email, visitor, token } = await members.member();
    const ticket = await resetTicket(email, 3);
    const change = () => visitor.changePassword({ token, body: { current: password, next: another } });
    members.wire.rule = async ({ forward }) => {
      await forward();
      return 'lose';
    };
    expect(await refusal(change())).toMatchObject({ status: 503 });
    members.wire.rule = undefined;
    expect((await change()).status).toBe(204);
    expect((await members.mailsTo(email, 4)).at(-1)?.template.name).toBe('password-changed');
    const late = visitor.resetPassword({ body: { ticket, password } });
    expect(await refusal(late)).toMatchObject({ status: 400, code: 'ticket_invalid' });
  });

  it('is changed only by who knows it, and only a few may be tried', async () => {
    const { visitor, token } = await members.member();
    const guess = () => refusal(visitor.changePassword({ token, body: { current: 'a wrong guess', next: another } }));
    for (let count = 0; count < 5; count += 1) expect(await guess()).toMatchObject({ code: 'wrong_password' });
    expect(await guess()).toMatchObject({ status: 429, code: 'too_many_requests' });
  });
});

describe('a member who leaves', () => {
  it('leaves nothing of themselves here or in auth, and is told once, also when they ask twice at once', async () => {
    const { id, email, visitor, token } = await members.member();
    const answers = await Promise.all([
      refusal(visitor.withdraw({ token })),
      refusal(visitor.withdraw({ token })),
      refusal(visitor.withdraw({ token })),
    ]);
    expect(answers.filter(({ status }) => status === 'accepted')).toHaveLength(1);
    expect(await members.withdrawalsOf(id)).toBe(1);
    const rows = await members.database.query('SELECT * FROM members WHERE id = ?', [id]);
    expect(JSON.stringify(rows)).not.toMatch(/example|김지우|0101234|1994/);
    const mails = (await members.mailsTo(email, 3)).map(({ template }) => template.name);
    expect(mails.filter((name) => name === 'withdrawal-confirmed')).toHaveLength(1);
    const erased = async () => JSON.stringify(await members.authDatabase.query('SELECT * FROM accounts')).includes(id);
    await waitFor(async () => !(await erased()), { timeoutMs: 10_000, what: 'auth to erase the account' });
    expect(await refusal(visitor.getMe({ token }))).toMatchObject({ status: 404, code: 'member_not_found' });
  });

  it('leaves no account behind when a sign-up that was repeated reaches auth after they have left', async () => {
    const { id, email, visitor, token, ticket } = await members.member();
    const [reached, left] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    members.wire.rule = async () => {
      reached.resolve();
      await left.promise;
      return 'answer';
    };
    const late = refusal(visitor.signUp({ body: { ...person, ticket, password } }));
    await reached.promise;
    await visitor.withdraw({ token });
    const erased = async () => {
      const rows = await members.authDatabase.query('SELECT 1 FROM accounts WHERE member_id = ?', [id]);
      return JSON.stringify(rows) === '[]';
    };
    await waitFor(erased, { timeoutMs: 10_000, what: 'auth to erase the account' });
    left.resolve();
    expect(await late).toMatchObject({ status: 503 });
    await waitFor(erased, { timeoutMs: 10_000, what: 'auth to erase it again' });
    members.wire.rule = undefined;
    const newcomer = members.visitor();
    const body = { ...person, password, ticket: await members.ticketFor(email, newcomer, 4) };
    expect((await newcomer.signUp({ body })).status).toBe(201);
  });

  it('cannot come back with the old ticket, and can with a new one', async () => {
    const { id, email, visitor, token, ticket } = await members.member();
    await visitor.withdraw({ token });
    await members.withdrawalsOf(id);
    const old = visitor.signUp({ body: { ...person, ticket, password } });
    expect(await refusal(old)).toMatchObject({ status: 400, code: 'ticket_invalid' });
    const gone = async () => (await refusal(members.login(email))).status === 401;
    await waitFor(gone, { timeoutMs: 10_000, what: 'auth to forget the account' });
    const newcomer = members.visitor();
    const body = { ...person, password, ticket: await members.ticketFor(email, newcomer, 4) };
    expect((await newcomer.signUp({ body })).body.id).not.toBe(id);
  });
});

describe('a service that sells', () => {
  it('is told who a member is, and no more than it needs', async () => {
    const { id, email, visitor } = await members.member();
    const { body } = await visitor.getPerson({ params: { memberId: id } });
    expect(body).toEqual({ id, email, name: person.name, birthDate: person.birthDate, locale: 'ko' });
    const nobody = visitor.getPerson({ params: { memberId: '0193e3a0-7b3c-7000-8000-5f1a2b3c4d5e' } });
    expect(await refusal(nobody)).toMatchObject({ status: 404, code: 'member_not_found' });
  });
});

describe('an admin', () => {
  const mark = newAddress().slice(0, 8);

  it('finds members by a part of the name, the start of the address or the phone', async () => {
    const { visitor, token } = await admin();
    const email = newAddress();
    const { id } = await members.member({ email, name: `${mark} 100%_off\\`, phone: '01098765432' });
    await members.member({ name: `${mark} 100 off` });
    const ids = async (query: string) =>
      (await visitor.searchMembers({ token, query: { query } })).body.members.map((found) => found.id);
    expect(await ids('100%_off\\')).toEqual([id]);
    expect(await ids('%_o')).toEqual([id]);
    expect(await ids(email.toUpperCase())).toEqual([id]);
    expect(await ids('010-9876')).toEqual([id]);
    expect(await ids('-')).toEqual([]);
    expect(await ids('김'.normalize('NFD'))).not.toEqual([]);
  });

  it('pages through members, the newest first, each once', async () => {
    const { visitor, token } = await admin();
    const name = `${mark} 여럿`;
    const made: string[] = [];
    for (let count = 0; count < 5; count += 1) made.push((await members.member({ name })).id);
    const seen: string[][] = [];
    for (let cursor: string | undefined, more = true; more; ) {
      const { body } = await visitor.searchMembers({ token, query: { query: name, limit: 2, cursor } });
      seen.push(body.members.map((found) => found.id));
      cursor = body.next;
      more = cursor !== undefined;
    }
    expect(seen.map((page) => page.length)).toEqual([2, 2, 1]);
    expect(seen.flat()).toEqual(made.toReversed());
    const bent = visitor.searchMembers({ token, query: { cursor: "x' OR 1" } });
    expect(await refusal(bent)).toMatchObject({ status: 400, code: 'invalid_request' });
  });

  it('gives roles and locks out, but not to themselves, however they write their id', async () => {
    const { id, visitor, token } = await admin();
    for (const memberId of [id, id.toUpperCase()]) {
      const demoted = visitor.setRoles({ token, params: { memberId }, body: { roles: [] } });
      expect(await refusal(demoted)).toMatchObject({ status: 409, code: 'not_yourself' });
      const locked = visitor.setLock({ token, params: { memberId }, body: { locked: true } });
      expect(await refusal(locked)).toMatchObject({ status: 409, code: 'not_yourself' });
    }
    const other = await members.member();
    const params = { memberId: other.id.toUpperCase() };
    const { body } = await visitor.setRoles({ token, params, body: { roles: ['staff'] } });
    expect(body).toMatchObject({ id: other.id, roles: ['staff'], locked: false });
    expect((await visitor.setLock({ token, params, body: { locked: true } })).body.locked).toBe(true);
    expect(await refusal(members.login(other.email))).toMatchObject({ status: 401 });
  });

  it('is told that there is no such member, and nobody else is told anything', async () => {
    const { visitor, token } = await admin();
    const params = { memberId: '0193e3a0-7b3c-7000-8000-5f1a2b3c4d5e' };
    expect(await refusal(visitor.getMember({ token, params }))).toMatchObject({ code: 'member_not_found' });
    const { token: plain } = await members.member();
    expect(await refusal(visitor.getMember({ token: plain, params }))).toMatchObject({ status: 403 });
    expect(await refusal(visitor.searchMembers({ token: plain }))).toMatchObject({ status: 403 });
  });
});

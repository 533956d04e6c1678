import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { waitFor } from '@ticketaka/platform/testing';
import type { Fate, Passing } from './fault-proxy.ts';
import { type MembersServer, newAddress, password, person, refusal, startMembers } from './members-server.ts';

let members: MembersServer;
beforeAll(async () => {
  members = await startMembers();
}, 90_000);
afterEach(() => {
  members.wire.rule = undefined;
});
afterAll(() => members[Symbol.asyncDispose]());

const creates = ({ method }: Passing) => method === 'PUT';

/** Loses the first `times` attempts to make an account, before or after auth has made it. */
function loseCreations(when: 'before' | 'after', times = 1) {
  let left = times;
  members.wire.rule = async (passing): Promise<Fate> => {
    if (!creates(passing) || left === 0) return 'answer';
    left -= 1;
    if (when === 'after') await passing.forward();
    return 'lose';
  };
}

/** What the log says of sign-ups that were settled, since it had this many lines. */
function settlements(from: number) {
  const lines = members.logged().split('\n').slice(from);
  return lines.flatMap((line) => /sign-up (?:finished|undone)|the lease ran out/.exec(line)?.[0] ?? []);
}

const logLines = () => members.logged().split('\n').length - 1;

/** The time passes after which a sign-up counts as left behind. Says whether any is still open. */
async function noneLeft() {
  await members.database.query('UPDATE sign_ups SET due_at = NOW(3) WHERE lease_token IS NULL');
  await members.database.query('UPDATE sign_ups SET missed_at = missed_at - INTERVAL 1 HOUR');
  return (await members.count('sign_ups')) === 0;
}

async function settled() {
  await waitFor(noneLeft, { timeoutMs: 20_000, intervalMs: 200, what: 'sign-ups to be settled' });
}

describe('a sign-up', () => {
  it('makes a member who can sign in, and greets them once', async () => {
    const { email, token, visitor, id } = await members.member();
    expect((await visitor.getMe({ token })).body).toMatchObject({ id, email, ...person });
    const templates = (await members.mailsTo(email, 2)).map(({ template }) => template.name);
    expect(templates).toEqual(['verification-code', 'welcome']);
  });

  it('may be repeated with the same ticket, and makes one member', async () => {
    const email = newAddress();
    const visitor = members.visitor();
    const body = { ...person, password, ticket: await members.ticketFor(email, visitor) };
    const answers = await Promise.all([visitor.signUp({ body }), visitor.signUp({ body })]);
    answers.push(await visitor.signUp({ body }));
    expect(new Set(answers.map((answer) => answer.body.id)).size).toBe(1);
    expect(await members.count('members', `email = '${email}'`)).toBe(1);
    expect(await members.mailsTo(email, 2)).toHaveLength(2);
  });

  it('takes the password of the last attempt that was accepted', async () => {
    const email = newAddress();
    const visitor = members.visitor();
    const body = { ...person, ticket: await members.ticketFor(email, visitor) };
    await visitor.signUp({ body: { ...body, password } });
    await visitor.signUp({ body: { ...body, password: 'another moonlit stairway' } });
    await expect(members.login(email, 'another moonlit stairway')).resolves.toEqual(expect.any(String));
  });

  it('with the ticket of somebody else is refused', async () => {
    const { ticket } = await members.member();
    const visitor = members.visitor();
    const body = { ...person, name: '다른 사람', password, ticket };
    expect(await refusal(visitor.signUp({ body }))).toMatchObject({ status: 409, code: 'already_a_member' });
    const none = { ...body, ticket: 'never given' };
    expect(await refusal(visitor.signUp({ body: none }))).toMatchObject({ status: 400, code: 'ticket_invalid' });
  });

  it('tells why a password is refused, and goes on with a better one', async () => {
    const email = newAddress();
    const visitor = members.visitor();
    const ticket = await members.ticketFor(email, visitor);
    const weak = visitor.signUp({ body: { ...person, ticket, password: 'short' } });
    await expect(weak).rejects.toMatchObject({
      status: 422,
      code: 'password_too_weak',
      extensions: { reason: 'too_short' },
    });
    expect((await visitor.signUp({ body: { ...person, ticket, password } })).status).toBe(201);
  });

  it('keeps a name composed, and takes no half of a character', async () => {
    const { name } = await members.member({ name: '한글'.normalize('NFD') });
    expect(name).toBe('한글');
    const ticket = await members.ticketFor(newAddress());
    const half = members.visitor().signUp({ body: { ...person, ticket, password, name: 'half \ud83d' } });
    expect(await refusal(half)).toMatchObject({ status: 400, code: 'invalid_request' });
  });

  it('takes nobody who is not born yet', async () => {
    const ticket = await members.ticketFor(newAddress());
    const unborn = members.visitor().signUp({ body: { ...person, ticket, password, birthDate: '2999-01-01' } });
    expect(await refusal(unborn)).toMatchObject({ status: 400, code: 'invalid_request' });
  });
});

describe('a sign-up that breaks', () => {
  it.each(['before', 'after'] as const)('%s auth has made the account is finished by the same ticket', async (when) => {
    const email = newAddress();
    const visitor = members.visitor();
    const body = { ...person, password, ticket: await members.ticketFor(email, visitor) };
    loseCreations(when);
    expect(await refusal(visitor.signUp({ body }))).toMatchObject({ status: 503 });
    expect((await visitor.signUp({ body })).status).toBe(201);
    await expect(members.login(email)).resolves.toEqual(expect.any(String));
    expect(await members.count('sign_ups')).toBe(0);
  });

  it('after auth has made the account is finished when nobody comes back', async () => {
    const email = newAddress();
    const body = { ...person, password, ticket: await members.ticketFor(email) };
    loseCreations('after');
    expect(await refusal(members.visitor().signUp({ body }))).toMatchObject({ status: 503 });
    const from = logLines();
    await settled();
    expect(settlements(from)).toEqual(['sign-up finished']);
    expect(await members.count('members', `email = '${email}' AND state = 'active'`)).toBe(1);
    await expect(members.login(email)).resolves.toEqual(expect.any(String));
    expect((await members.mailsTo(email, 2)).at(-1)?.template.name).toBe('welcome');
  });

  it('before auth has made the account is undone when nobody comes back, and can be begun again', async () => {
    const email = newAddress();
    const body = { ...person, password, ticket: await members.ticketFor(email) };
    loseCreations('before');
    expect(await refusal(members.visitor().signUp({ body }))).toMatchObject({ status: 503 });
    const from = logLines();
    await settled();
    expect(settlements(from)).toEqual(['sign-up undone']);
    expect(await members.count('members', `email = '${email}'`)).toBe(0);
    expect((await members.visitor().signUp({ body })).status).toBe(201);
  });

  it('is finished although a further attempt was refused', async () => {
    const email = newAddress();
    const body = { ...person, ticket: await members.ticketFor(email) };
    loseCreations('after');
    const visitor = members.visitor();
    expect(await refusal(visitor.signUp({ body: { ...body, password } }))).toMatchObject({ status: 503 });
    const weak = visitor.signUp({ body: { ...body, password: 'short' } });
    expect(await refusal(weak)).toMatchObject({ code: 'password_too_weak' });
    await settled();
    await expect(members.login(email)).resolves.toEqual(expect.any(String));
    expect(await members.count('members', `email = '${email}' AND state = 'active'`)).toBe(1);
  });

  it('is not undone by whoever looked just before a further attempt', async () => {
    const email = newAddress();
    const body = { ...person, password, ticket: await members.ticketFor(email) };
    loseCreations('before');
    expect(await refusal(members.visitor().signUp({ body }))).toMatchObject({ status: 503 });
    const looked = Promise.withResolvers<void>();
    const goOn = Promise.withResolvers<void>();
    members.wire.rule = async ({ method, path, forward }) => {
      if (method === 'PUT') {
        await forward();
        return 'lose';
      }
      if (!path.includes('/accounts/')) return 'answer';
      await forward();
      looked.resolve();
      await goOn.promise;
      return 'answer';
    };
    await members.database.query('UPDATE sign_ups SET missed_at = NOW(3) - INTERVAL 1 HOUR, due_at = NOW(3)');
    await looked.promise;
    expect(await refusal(members.visitor().signUp({ body }))).toMatchObject({ status: 503 });
    goOn.resolve();
    members.wire.rule = undefined;
    await settled();
    expect(await members.count('members', `email = '${email}' AND state = 'active'`)).toBe(1);
  });

  it('is finished when auth makes the account only after it was asked for it', async () => {
    const email = newAddress();
    const body = { ...person, password, ticket: await members.ticketFor(email) };
    const goOn = Promise.withResolvers<void>();
    const late = Promise.withResolvers<void>();
    members.wire.rule = async (passing) => {
      if (!creates(passing)) return 'answer';
      void goOn.promise.then(passing.forward).then(late.resolve, late.reject);
      return 'lose';
    };
    expect(await refusal(members.visitor().signUp({ body }))).toMatchObject({ status: 503 });
    const asked = async () => (await members.count('sign_ups', 'missed_at IS NOT NULL')) === 1;
    await members.database.query('UPDATE sign_ups SET due_at = NOW(3)');
    await waitFor(asked, { timeoutMs: 15_000, what: 'auth to be asked' });
    goOn.resolve();
    await late.promise;
    await settled();
    expect(await members.count('members', `email = '${email}' AND state = 'active'`)).toBe(1);
  });

  it('leaves nothing of the person in the log', () => {
    expect(members.logged().match(/.*(?:@example\.com|김지우|01012345678|1994-03-21|moonlit).*/g)).toBeNull();
  });
});

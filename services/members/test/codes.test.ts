import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type MembersServer, newAddress, person, refusal, startMembers, type Visitor } from './members-server.ts';

let members: MembersServer;
beforeAll(async () => {
  members = await startMembers();
}, 90_000);
afterAll(() => members[Symbol.asyncDispose]());

/** Another code than this one. */
const wrong = (code: string) => String((Number(code) + 1) % 1_000_000).padStart(6, '0');

async function limited(call: Promise<unknown>) {
  expect(await refusal(call)).toMatchObject({ status: 429, code: 'too_many_requests' });
}

/** Asks until it is refused, with a minute between two times. Says how often it was heard. */
async function asksUntilRefused(visitor: Visitor, email: string, most: number): Promise<number> {
  for (let asked = 0; asked < most; asked += 1) {
    const { status } = await visitor.requestVerification({ body: { email } }).catch(() => ({ status: 429 }));
    if (status === 429) return asked;
    await members.letMinutePass(visitor, email);
  }
  return most;
}

describe('a request for a code', () => {
  it('is answered the same for an address that is free and one that is taken', async () => {
    const { email } = await members.member();
    const answers = [];
    for (const address of [email, newAddress()]) {
      const { status, body, headers } = await members.visitor().requestVerification({ body: { email: address } });
      answers.push({ status, body, headers: [...headers.keys()] });
    }
    expect(answers[0]).toEqual(answers[1]);
    const templates = (await members.mailsTo(email, 3)).map(({ template }) => template.name);
    expect(templates.toSorted()).toEqual(['account-exists', 'verification-code', 'welcome']);
  });

  it('for a reset is answered the same for a member and for nobody, who gets no mail', async () => {
    const { email } = await members.member();
    const [stranger, visitor] = [newAddress(), members.visitor()];
    const known = await visitor.requestPasswordReset({ body: { email } });
    const unknown = await visitor.requestPasswordReset({ body: { email: stranger } });
    expect(unknown.body).toEqual(known.body);
    await members.mailsTo(email, 3);
    expect(await members.mailsTo(stranger, 0)).toEqual([]);
  });

  it('is heard once a minute', async () => {
    const [email, visitor] = [newAddress(), members.visitor()];
    await visitor.requestVerification({ body: { email } });
    await limited(visitor.requestVerification({ body: { email } }));
    await limited(visitor.requestVerification({ body: { email: ` ${email.toUpperCase()} ` } }));
  });

  it('by somebody else does not keep the owner from asking', async () => {
    const email = newAddress();
    expect(await asksUntilRefused(members.visitor(), email, 10)).toBe(5);
    const owner = members.visitor();
    const ticket = await members.ticketFor(email, owner, 6);
    expect((await owner.signUp({ body: { ...person, ticket, password: 'moonlit piano stairs' } })).status).toBe(201);
  });

  it('is refused in the end from however many networks it comes, so that a mailbox is not flooded', async () => {
    const email = newAddress();
    for (let sent = 0; sent < 20; sent += 1) await members.visitor().requestVerification({ body: { email } });
    await limited(members.visitor().requestVerification({ body: { email } }));
  });

  it('comes from one network for all addresses of a customer of IPv6', async () => {
    const email = newAddress();
    await members.visitor('2001:db8:7::1').requestVerification({ body: { email } });
    await limited(members.visitor('2001:db8:7::2').requestVerification({ body: { email } }));
  });
});

describe('a code', () => {
  it('gives a ticket as often as it is shown while it lives, the newest of which is good', async () => {
    const [email, visitor] = [newAddress(), members.visitor()];
    await visitor.requestVerification({ body: { email } });
    const code = await members.codeFor(email);
    const answers = await Promise.all([
      visitor.confirmVerification({ body: { email, code } }),
      visitor.confirmVerification({ body: { email, code } }),
    ]);
    const bodies = answers.map(({ body: { ticket } }) => ({ ...person, ticket, password: 'moonlit piano stairs' }));
    const outcomes = await Promise.all(bodies.map((body) => visitor.signUp({ body }).catch((error: unknown) => error)));
    expect(outcomes).toContainEqual(expect.objectContaining({ status: 201 }));
  });

  it('survives four wrong tries and not five, also when they come at once', async () => {
    const [email, visitor] = [newAddress(), members.visitor()];
    await visitor.requestVerification({ body: { email } });
    const code = await members.codeFor(email);
    const tries = (count: number) =>
      Promise.all(
        Array.from({ length: count }, () =>
          refusal(visitor.confirmVerification({ body: { email, code: wrong(code) } })),
        ),
      );
    expect(new Set((await tries(4)).map((answer) => answer.code))).toEqual(new Set(['code_wrong']));
    await visitor.confirmVerification({ body: { email, code } });
    await tries(1);
    expect(await refusal(visitor.confirmVerification({ body: { email, code } }))).toMatchObject({ code: 'code_wrong' });
  });

  it('is of no use after many wrong guesses at once', async () => {
    const email = newAddress();
    await members.visitor().requestVerification({ body: { email } });
    const code = await members.codeFor(email);
    const guesses = Array.from({ length: 12 }, () =>
      refusal(members.visitor().confirmVerification({ body: { email, code: wrong(code) } })),
    );
    expect(new Set((await Promise.all(guesses)).map((answer) => answer.code))).toEqual(new Set(['code_wrong']));
    const late = members.visitor().confirmVerification({ body: { email, code } });
    expect(await refusal(late)).toMatchObject({ code: 'code_wrong' });
  });

  it('is refused in the same words however often it was tried', async () => {
    const email = newAddress();
    await members.visitor().requestVerification({ body: { email } });
    const code = await members.codeFor(email);
    await members.database.query('UPDATE verifications SET wrong_tries = 255 WHERE email = ?', [email]);
    const late = members.visitor().confirmVerification({ body: { email, code } });
    expect(await refusal(late)).toMatchObject({ status: 400, code: 'code_wrong' });
  });

  it('is of no use after five minutes, for another purpose, or once there is a newer one', async () => {
    const [email, visitor] = [newAddress(), members.visitor()];
    await visitor.requestVerification({ body: { email } });
    const first = await members.codeFor(email);
    const reset = visitor.confirmPasswordReset({ body: { email, code: first } });
    expect(await refusal(reset)).toMatchObject({ code: 'code_wrong' });
    await members.letMinutePass(visitor, email);
    await visitor.requestVerification({ body: { email } });
    const second = await members.codeFor(email, 2);
    if (first !== second) {
      const old = visitor.confirmVerification({ body: { email, code: first } });
      expect(await refusal(old)).toMatchObject({ code: 'code_wrong' });
    }
    await members.database.query('UPDATE verifications SET code_expires_at = NOW(3) WHERE email = ?', [email]);
    const late = visitor.confirmVerification({ body: { email, code: second } });
    expect(await refusal(late)).toMatchObject({ code: 'code_wrong' });
  });

  it('for an address that is taken is not kept for the member who has it, who may leave before it is free again', async () => {
    const { id, email } = await members.member();
    await members.database.query('DELETE FROM verifications WHERE email = ?', [email]);
    await members.visitor().requestVerification({ body: { email } });
    const rows = await members.database.query('SELECT member_id FROM verifications WHERE email = ?', [email]);
    expect(JSON.stringify(rows)).toContain('member_id');
    expect(JSON.stringify(rows)).not.toContain(id);
  });

  it('that was never sent, to an address that is taken, opens for no number', async () => {
    const { email } = await members.member();
    await members.visitor().requestVerification({ body: { email } });
    const guess = members.visitor().confirmVerification({ body: { email, code: '000000' } });
    expect(await refusal(guess)).toMatchObject({ status: 400, code: 'code_wrong' });
  });

  it('can be tried by one requester a few times an hour', async () => {
    const [email, visitor] = [newAddress(), members.visitor()];
    const guess = () => refusal(visitor.confirmVerification({ body: { email, code: '123456' } }));
    for (let count = 0; count < 15; count += 1) expect(await guess()).toMatchObject({ code: 'code_wrong' });
    expect(await guess()).toMatchObject({ status: 429, code: 'too_many_requests' });
  });

  it('is nowhere in the log, nor is who it was for', () => {
    expect(members.logged().match(/.*@example\.com.*/g)).toBeNull();
  });
});

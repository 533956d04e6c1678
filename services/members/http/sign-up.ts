import { ProblemError } from '@ticketaka/platform/client';
import { type Handlers, problem, Unavailable } from '@ticketaka/platform/http';
import { isDuplicateKey } from '@ticketaka/platform/mariadb';
import type { api } from '../api.ts';
import { errors } from '../errors.ts';
import { complete } from '../events/complete-sign-up.ts';
import * as members from '../store/members.ts';
import { beginSignUp, endSignUp } from '../store/sign-ups.ts';
import { confirmCode, holderOf, sendCode } from './codes.ts';
import type { Deps } from './deps.ts';
import { represent } from './represent.ts';
import { passwordProblem } from './weak-password.ts';

type SignUpHandlers = Pick<Handlers<typeof api>, 'requestVerification' | 'confirmVerification' | 'signUp'>;

export function signUpHandlers(deps: Deps): SignUpHandlers {
  const { db, auth, limits } = deps;
  return {
    requestVerification: ({ body, clientAddress }) => sendCode(deps, { ...body, purpose: 'sign-up', clientAddress }),
    confirmVerification: ({ body, clientAddress }) => confirmCode(deps, { ...body, purpose: 'sign-up', clientAddress }),

    /**
     * Two databases must agree: ours has the person, auth's the credentials. The member is written down as pending,
     * then the account is made under the same id, then the member becomes active. Whatever dies on the way, the same
     * ticket goes on where it stopped; if nobody comes back, due work finishes or undoes it (`events/settle-sign-ups`).
     */
    async signUp({ body, clientAddress }) {
      await limits.signUpPerClient.consume(clientAddress);
      const { ticket, password, ...person } = body;
      const { memberId: id, email } = await holderOf(db.kysely, 'sign-up', ticket);
      const before = await members.findActive(db.kysely, id);
      if (before) {
        if (!isSame(before, person)) throw problem(errors, 'already_a_member');
        return { status: 201, body: represent(before) };
      }
      await writeDown({ ...person, id, email });
      try {
        await auth.createAccount({ params: { memberId: id }, body: { email, password } });
      } catch (error) {
        throw await refused(error, id);
      }
      const member = await complete(deps, id);
      // Undone by due work in between, after an attempt that took longer than any may: the ticket still works.
      if (!member) throw new Unavailable('the sign-up was settled meanwhile');
      return { status: 201, body: represent(member) };
    },
  };

  async function writeDown(member: members.NewMember) {
    try {
      await db.transaction(async (trx) => {
        await members.savePending(trx, member);
        await beginSignUp(trx, member.id);
      });
    } catch (error) {
      // The same person, twice at once: the other request wrote it down, and both go on.
      if (isDuplicateKey(error, 'PRIMARY')) return;
      throw isDuplicateKey(error, 'email') ? problem(errors, 'already_a_member', { cause: error }) : error;
    }
  }

  /** What auth's refusal means to the person. Nothing was made there, so nothing stays here. */
  async function refused(error: unknown, id: string) {
    if (!(error instanceof ProblemError) || error.unavailable) return error;
    await db.transaction(async (trx) => {
      await members.removePending(trx, id);
      await endSignUp(trx, id);
    });
    if (error.code === 'email_taken') return problem(errors, 'already_a_member', { cause: error });
    return passwordProblem(error) ?? error;
  }
}

function isSame(member: members.MemberRow, person: Pick<members.NewMember, 'name' | 'birthDate' | 'phone'>) {
  return member.name === person.name && member.birthDate === person.birthDate && member.phone === person.phone;
}

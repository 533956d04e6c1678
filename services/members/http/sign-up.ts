import { ProblemError } from '@ticketaka/platform/client';
import { type Handlers, problem, Unavailable } from '@ticketaka/platform/http';
import { isDuplicateKey } from '@ticketaka/platform/mariadb';
import { clientNetwork } from '@ticketaka/platform/rate-limit';
import type { api } from '../api.ts';
import { errors } from '../errors.ts';
import { complete } from '../events/complete-sign-up.ts';
import * as members from '../store/members.ts';
import { beginSignUp } from '../store/sign-ups.ts';
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
      await limits.signUpPerNetwork.consume(clientNetwork(clientAddress));
      const { ticket, password, ...person } = body;
      const { memberId: id, email } = await holderOf(db.kysely, 'sign-up', ticket);
      const before = await members.findActive(db.kysely, id);
      if (before && !isSame(before, person)) throw problem(errors, 'already_a_member');
      if (!before) await writeDown({ ...person, id, email });
      try {
        // Also for a member who is complete: who signs up again because the first answer was lost may have chosen another
        // password, and auth takes it until the first login.
        await auth.createAccount({ params: { memberId: id }, body: { email, password } });
      } catch (error) {
        throw error instanceof ProblemError ? understood(error) : error;
      }
      const member = await complete(deps, id);
      // Undone by due work in between, after an attempt that took longer than any may: the ticket still works. Or gone
      // again, and then it does not.
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
}

/**
 * What auth's refusal means to the person. The member stays pending: an earlier attempt, or another one at this moment,
 * may have made the account, and due work finds out.
 */
function understood(error: ProblemError) {
  if (error.code === 'email_taken') return problem(errors, 'already_a_member', { cause: error });
  return passwordProblem(error) ?? error;
}

function isSame(member: members.MemberRow, person: Pick<members.NewMember, 'name' | 'birthDate' | 'phone'>) {
  return member.name === person.name && member.birthDate === person.birthDate && member.phone === person.phone;
}

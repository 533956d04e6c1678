import { ProblemError } from '@ticketaka/platform/client';
import { type Handlers, problem } from '@ticketaka/platform/http';
import type { api } from '../api.ts';
import { errors } from '../errors.ts';
import { findActive } from '../store/members.ts';
import { closeVerifications } from '../store/verifications.ts';
import { confirmCode, holderOf, sendCode } from './codes.ts';
import type { Deps } from './deps.ts';
import { mailPasswordChanged } from './password-changed.ts';
import { passwordProblem } from './weak-password.ts';

type ResetHandlers = Pick<Handlers<typeof api>, 'requestPasswordReset' | 'confirmPasswordReset' | 'resetPassword'>;

export function passwordResetHandlers(deps: Deps): ResetHandlers {
  const { db, outbox, auth } = deps;
  const purpose = 'password-reset' as const;
  return {
    requestPasswordReset: ({ body, clientAddress }) => sendCode(deps, { ...body, purpose, clientAddress }),
    confirmPasswordReset: ({ body, clientAddress }) => confirmCode(deps, { ...body, purpose, clientAddress }),

    /** May be repeated until it has answered: the ticket is used up after the password is set. */
    async resetPassword({ body: { ticket, password } }) {
      const { memberId, email } = await holderOf(db.kysely, purpose, ticket);
      try {
        await auth.resetPassword({ params: { memberId }, body: { password } });
      } catch (error) {
        throw error instanceof ProblemError ? understood(error) : error;
      }
      await db.transaction(async (trx) => {
        const member = await findActive(trx, memberId);
        await closeVerifications(trx, email);
        if (member) await mailPasswordChanged(outbox, trx, member);
      });
      return { status: 204 };
    },
  };
}

function understood(error: ProblemError) {
  if (error.code === 'account_not_found') return problem(errors, 'ticket_invalid', { cause: error });
  return passwordProblem(error) ?? error;
}

import { emailRealtime } from '@ticketaka/mail/api';
import { ProblemError } from '@ticketaka/platform/client';
import { platformErrors } from '@ticketaka/platform/contract';
import { type Handlers, problem } from '@ticketaka/platform/http';
import type { api } from '../api.ts';
import { errors } from '../errors.ts';
import { tellWithdrawal } from '../events/tell-withdrawal.ts';
import { type Db, erase, findActive, type MemberRow, update } from '../store/members.ts';
import { closeVerifications } from '../store/verifications.ts';
import type { Deps } from './deps.ts';
import { mailPasswordChanged } from './password-changed.ts';
import { represent } from './represent.ts';
import { passwordProblem } from './weak-password.ts';

type MeHandlers = Pick<Handlers<typeof api>, 'getMe' | 'updateMe' | 'withdraw' | 'changePassword'>;

export function meHandlers({ db, outbox, auth }: Deps): MeHandlers {
  return {
    async getMe({ principal }) {
      return { status: 200, body: represent(await present(db.kysely, principal.memberId)) };
    },

    async updateMe({ principal, body: { name, phone, locale } }) {
      const change = { ...(name && { name }), ...(phone && { phone }), ...(locale && { locale }) };
      const member = await db.transaction(async (trx) => {
        await update(trx, principal.memberId, change);
        return await present(trx, principal.memberId);
      });
      return { status: 200, body: represent(member) };
    },

    /** What is personal goes at once here, and everywhere else as soon as they hear of it. */
    async withdraw({ principal, log }) {
      await db.transaction(async (trx) => {
        const { id: memberId, email: address, name, locale } = await present(trx, principal.memberId);
        // Of two requests at once, the second waits here for the first.
        if (!(await erase(trx, memberId))) throw problem(errors, 'member_not_found');
        await closeVerifications(trx, address);
        await tellWithdrawal(trx, outbox, memberId);
        const template = { name: 'withdrawal-confirmed', memberName: name } as const;
        await outbox.add(trx, emailRealtime, { to: { address, name }, locale, template });
      });
      log.info({ memberId: principal.memberId }, 'member withdrew');
      return { status: 204 };
    },

    async changePassword({ principal: { memberId, tokenId }, body }) {
      const member = await present(db.kysely, memberId);
      try {
        await auth.changePassword({ params: { memberId }, body: { ...body, tokenId } });
      } catch (error) {
        throw error instanceof ProblemError ? understood(error) : error;
      }
      await db.transaction(async (trx) => {
        // A code or a ticket for a reset that somebody else may hold is of no use any more.
        await closeVerifications(trx, member.email);
        await mailPasswordChanged(outbox, trx, member);
      });
      return { status: 204 };
    },
  };
}

async function present(db: Db, id: string): Promise<MemberRow> {
  const member = await findActive(db, id);
  if (!member) throw problem(errors, 'member_not_found');
  return member;
}

function understood(error: ProblemError) {
  if (error.status === 429) {
    const retryAfterSeconds = error.retryAfterSeconds ?? 60;
    return problem(platformErrors, 'too_many_requests', { retryAfterSeconds, cause: error });
  }
  if (error.code === 'wrong_password') return problem(errors, 'wrong_password', { cause: error });
  if (error.code === 'account_not_found') return problem(errors, 'member_not_found', { cause: error });
  return passwordProblem(error) ?? error;
}

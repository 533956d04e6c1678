import { ProblemError } from '@ticketaka/platform/client';
import { type Handlers, problem } from '@ticketaka/platform/http';
import type { api } from '../api.ts';
import { errors } from '../errors.ts';
import { findActive, type MemberRow, search } from '../store/members.ts';
import type { Deps } from './deps.ts';
import { represent } from './represent.ts';

type AdminHandlers = Pick<Handlers<typeof api>, 'searchMembers' | 'getMember' | 'getPerson' | 'setRoles' | 'setLock'>;

type Account = Awaited<ReturnType<Deps['auth']['getAccount']>>['body'];

/** The person is ours, roles and lock are auth's; an admin sees both as one record. */
export function adminHandlers({ db, auth }: Deps): AdminHandlers {
  return {
    async searchMembers({ query: { query, limit, cursor } }) {
      const rows = await search(db.kysely, { query, limit: limit + 1, after: cursor });
      const page = rows.slice(0, limit);
      const { body } = await auth.findAccounts({ body: { memberIds: page.map((member) => member.id) } });
      const accounts = new Map(body.accounts.map((account) => [account.memberId, account]));
      const members = page.map((member) => record(member, accounts.get(member.id)));
      const next = rows.length > limit ? page.at(-1)?.id : undefined;
      return { status: 200, body: { members, ...(next !== undefined && { next }) } };
    },

    async getMember({ params: { memberId } }) {
      const member = await present(memberId);
      const { body: account } = await auth.getAccount({ params: { memberId } }).catch(rethrow);
      return { status: 200, body: record(member, account) };
    },

    async getPerson({ params: { memberId } }) {
      return { status: 200, body: represent(await present(memberId)) };
    },

    async setRoles({ params: { memberId }, body, principal, log }) {
      // Whoever takes roles away keeps their own, so there is always an admin left.
      if (principal.memberId === memberId) throw problem(errors, 'not_yourself');
      const member = await present(memberId);
      const { body: account } = await auth.setRoles({ params: { memberId }, body }).catch(rethrow);
      log.info({ by: principal.memberId, memberId, roles: body.roles }, 'roles set');
      return { status: 200, body: record(member, account) };
    },

    async setLock({ params: { memberId }, body, principal, log }) {
      if (principal.memberId === memberId) throw problem(errors, 'not_yourself');
      const member = await present(memberId);
      const { body: account } = await auth.setLock({ params: { memberId }, body }).catch(rethrow);
      log.info({ by: principal.memberId, memberId, locked: body.locked }, 'lock set');
      return { status: 200, body: record(member, account) };
    },
  };

  async function present(id: string): Promise<MemberRow> {
    const member = await findActive(db.kysely, id);
    if (!member) throw problem(errors, 'member_not_found');
    return member;
  }
}

function record(member: MemberRow, account: Account | undefined) {
  return { ...represent(member), roles: account?.roles ?? [], locked: account?.locked ?? false };
}

function rethrow(error: unknown): never {
  const gone = error instanceof ProblemError && error.code === 'account_not_found';
  throw gone ? problem(errors, 'member_not_found', { cause: error }) : error;
}

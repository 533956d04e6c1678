import type { Handlers } from '@ticketaka/platform/http';
import type { api } from '../api.ts';
import { createAccount, findAccounts, getAccount, setLock, setRoles } from '../use-cases/accounts.ts';
import type { AuthParts } from '../use-cases/auth-parts.ts';
import { changePassword, resetPassword } from '../use-cases/passwords.ts';

type AccountHandlers = Pick<
  Handlers<typeof api>,
  'createAccount' | 'getAccount' | 'findAccounts' | 'changePassword' | 'resetPassword' | 'setRoles' | 'setLock'
>;

/** What members calls. */
export function accountHandlers(parts: AuthParts): AccountHandlers {
  return {
    async createAccount({ params, body }) {
      return { status: 200, body: await createAccount(parts, { ...params, ...body }) };
    },
    async getAccount({ params }) {
      return { status: 200, body: await getAccount(parts, params.memberId) };
    },
    async findAccounts({ body }) {
      return { status: 200, body: { accounts: await findAccounts(parts, body.memberIds) } };
    },
    async changePassword({ params, body: { current, next, tokenId } }) {
      await changePassword(parts, { ...params, current, next, tokenId });
      return { status: 204 };
    },
    async resetPassword({ params, body }) {
      await resetPassword(parts, params.memberId, body.password);
      return { status: 204 };
    },
    async setRoles({ params, body }) {
      return { status: 200, body: await setRoles(parts, params.memberId, body.roles) };
    },
    async setLock({ params, body }) {
      return { status: 200, body: await setLock(parts, params.memberId, body.locked) };
    },
  };
}

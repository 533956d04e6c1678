import { api as auth } from '@ticketaka/auth/api';
import { emailAuth, emailRealtime } from '@ticketaka/mail/api';
import { defineService } from '@ticketaka/platform/contract';
import { api, memberWithdrawn } from './api.ts';

export const service = defineService({
  name: 'members',
  summary: 'People: sign-up, their data, withdrawal',
  api,
  workloads: { api: { kind: 'http', scale: { min: 2, max: 10 } } },
  owns: { mariadb: true, redis: true },
  calls: [
    auth.routes.createAccount,
    auth.routes.getAccount,
    auth.routes.findAccounts,
    auth.routes.changePassword,
    auth.routes.resetPassword,
    auth.routes.setRoles,
    auth.routes.setLock,
  ],
  publishes: [memberWithdrawn, emailAuth, emailRealtime],
});

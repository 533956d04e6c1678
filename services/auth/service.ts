import { memberWithdrawn } from '@ticketaka/members/api';
import { defineService } from '@ticketaka/platform/contract';
import { api } from './api.ts';

export const service = defineService({
  name: 'auth',
  summary: 'Credentials, sessions and signing keys',
  api,
  workloads: { api: { kind: 'http', scale: { min: 2, max: 10 } } },
  owns: { mariadb: true, redis: true },
  consumes: [{ message: memberWithdrawn }],
});

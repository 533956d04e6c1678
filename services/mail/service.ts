import { defineService } from '@ticketaka/platform/contract';
import { emailAuth, emailRealtime } from './api.ts';

export const service = defineService({
  name: 'mail',
  summary: 'Renders e-mails and sends them by SMTP',
  workloads: { worker: { kind: 'worker', scale: { min: 2, max: 10 } } },
  owns: { mariadb: true },
  consumes: [
    { message: emailAuth, queue: 'email.auth', prefetch: 20 },
    { message: emailRealtime, queue: 'email.realtime', prefetch: 50 },
  ],
  egress: [{ name: 'smtp', protocol: 'TCP' }],
});

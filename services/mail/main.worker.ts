import { runWorkload } from '@ticketaka/platform/runtime';
import { z } from 'zod';
import { emailClasses } from './domain/retries.ts';
import { migrations } from './migrations/index.ts';
import { service } from './service.ts';
import { mailbox } from './smtp/mailbox.ts';
import { createSender } from './smtp/sender.ts';
import type { MailSchema } from './store/schema.ts';
import { createWorker } from './worker.ts';

/** E-mails of each class at once. */
const concurrency = 5;

await runWorkload({
  service,
  workload: 'worker',
  config: z.object({ SMTP_URL: z.url({ protocol: /^smtps?$/ }), MAIL_FROM: mailbox }),
  async wire(runtime) {
    const { config, log, metrics, health } = runtime;
    const from = config.MAIL_FROM;
    const db = await runtime.database<MailSchema>(migrations);
    const broker = await runtime.broker({ vital: true });
    const sender = createSender({
      url: config.SMTP_URL,
      from,
      log,
      health,
      connections: emailClasses.length * concurrency,
    });
    const domain = from.address.slice(from.address.lastIndexOf('@') + 1);
    return { components: createWorker({ db, broker, sender, domain, log, metrics, concurrency }) };
  },
});

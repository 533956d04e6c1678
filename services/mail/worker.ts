import { type Broker, type Consumer, consumptionOf } from '@ticketaka/platform/broker';
import { createInboxPruning } from '@ticketaka/platform/inbox';
import type { Component } from '@ticketaka/platform/lifecycle';
import type { Logger } from '@ticketaka/platform/log';
import { createPruning, type Database } from '@ticketaka/platform/mariadb';
import type { Metrics } from '@ticketaka/platform/metrics';
import { emailAuth, emailRealtime } from './api.ts';
import { createDueEmails } from './delivery/due-emails.ts';
import { emailClasses } from './domain/retries.ts';
import { accept } from './events/accept.ts';
import { service } from './service.ts';
import type { Sender } from './smtp/sender.ts';
import { type MailSchema, tableOf } from './store/schema.ts';

export interface WorkerOptions {
  readonly db: Database<MailSchema>;
  readonly broker: Broker;
  readonly sender: Sender;
  /** Domain of the Message-IDs. */
  readonly domain: string;
  readonly log: Logger;
  readonly metrics: Metrics;
  /** E-mails of each class being sent at once. */
  readonly concurrency: number;
}

/** How long the fate of an e-mail can be looked up. Of the person nothing is kept. */
const keepDays = 90;

/** What the worker is made of, in the order of starting: it sends before it takes more, and stops taking first. */
export function createWorker(options: WorkerOptions): readonly Component[] {
  const { db, broker, sender, log } = options;
  const due = createDueEmails(options);
  const consumers: Consumer[] = [];
  const olderThanSeconds = keepDays * 86_400;
  return [
    { name: 'smtp', stop: async () => sender.close() },
    due.auth,
    due.realtime,
    createInboxPruning({ db, log }),
    ...emailClasses.map((emailClass) =>
      createPruning({ db, log, table: tableOf(emailClass), column: 'ended_at', olderThanSeconds }),
    ),
    {
      name: 'consumers',
      async start() {
        const auth = broker.consume(
          consumptionOf(service, emailAuth),
          accept({ db, class: 'auth', wake: () => due.auth.wake() }),
        );
        const realtime = broker.consume(
          consumptionOf(service, emailRealtime),
          accept({ db, class: 'realtime', wake: () => due.realtime.wake() }),
        );
        consumers.push(...(await Promise.all([auth, realtime])));
      },
      async stop() {
        await Promise.all(consumers.map((consumer) => consumer.stop()));
      },
    },
  ];
}

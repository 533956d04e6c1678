import type { Handler } from '@ticketaka/platform/broker';
import type { Message } from '@ticketaka/platform/contract';
import { newId } from '@ticketaka/platform/ids';
import { claimOnce } from '@ticketaka/platform/inbox';
import { afterCommit, type Database } from '@ticketaka/platform/mariadb';
import type { emailAuth } from '../api.ts';
import type { EmailClass } from '../domain/retries.ts';
import { insertEmail } from '../store/emails.ts';
import type { MailSchema } from '../store/schema.ts';

export interface AcceptOptions {
  readonly db: Database<MailSchema>;
  readonly class: EmailClass;
  /** Called when there is an e-mail to send. */
  readonly wake: () => void;
}

/** Takes a request over from the broker: once, whatever number of times it is delivered. Both queues carry the same. */
export function accept({
  db,
  class: emailClass,
  wake,
}: AcceptOptions): Handler<Message<string, typeof emailAuth.data>> {
  return async (event) => {
    await db.transaction(async (trx) => {
      if (!(await claimOnce(trx, `email.${emailClass}`, event.id))) return;
      await insertEmail(trx, { id: newId(), class: emailClass, email: event.data });
      afterCommit(trx, wake);
    });
  };
}

import type { Kysely, Transaction } from 'kysely';
import { sql } from 'kysely';
import type { Email } from '../api.ts';
import type { EmailClass } from '../domain/retries.ts';
import { type MailSchema, tableOf } from './schema.ts';

export interface NewEmail {
  readonly id: string;
  readonly class: EmailClass;
  readonly email: Email;
}

/** Stores an e-mail that is due now. */
export async function insertEmail(
  trx: Transaction<MailSchema>,
  { id, class: emailClass, email }: NewEmail,
): Promise<void> {
  const { to, locale, template, validUntil } = email;
  await trx
    .insertInto(tableOf(emailClass))
    .values({
      id,
      template: template.name,
      locale,
      request: JSON.stringify({ to, template }),
      valid_until: validUntil === undefined ? null : new Date(validUntil),
      due_at: sql<Date>`NOW(3)`,
      attempts: 0,
    })
    .execute();
}

/** Which e-mail. */
export interface EmailKey {
  readonly class: EmailClass;
  readonly id: string;
}

const live = ['waiting', 'in_flight'] as const;

/**
 * Says that the e-mail is about to be handed over, so that after a crash one can see it.
 * @returns false when it must not be: it has ended, or it is no longer valid by the database's clock
 */
export async function markInFlight(kysely: Kysely<MailSchema>, email: EmailKey): Promise<boolean> {
  const { numUpdatedRows } = await kysely
    .updateTable(tableOf(email.class))
    .set({ state: 'in_flight' })
    .where('id', '=', email.id)
    .where('state', 'in', live)
    .where((where) => where.or([where('valid_until', 'is', null), where('valid_until', '>', sql<Date>`NOW(3)`)]))
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

/** Back to waiting, with why. When it is due is due work's to say. */
export async function putOff(trx: Transaction<MailSchema>, email: EmailKey, reason: string): Promise<void> {
  await trx
    .updateTable(tableOf(email.class))
    .set({ state: 'waiting', reason })
    .where('id', '=', email.id)
    .where('state', 'in', live)
    .execute();
}

export interface Ending {
  readonly state: 'sent' | 'failed' | 'expired';
  readonly reason?: string;
}

/**
 * Ends it, and erases everything about the person.
 * @returns false when it had ended already
 */
export async function endEmail(
  trx: Transaction<MailSchema>,
  email: EmailKey,
  { state, reason }: Ending,
): Promise<boolean> {
  const { numUpdatedRows } = await trx
    .updateTable(tableOf(email.class))
    .set({ state, reason: reason ?? null, request: null, ended_at: sql<Date>`NOW(3)` })
    .where('id', '=', email.id)
    .where('state', 'in', live)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

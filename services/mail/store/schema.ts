import type { DueColumns } from '@ticketaka/platform/due-work';
import type { Generated } from 'kysely';
import type { Email, Template } from '../api.ts';
import type { EmailClass } from '../domain/retries.ts';

/**
 * - `waiting`: to be sent when due
 * - `in_flight`: a worker may have handed it over; if that worker dies, it is sent again
 * - `sent`, `failed`, `expired`: at the end; nothing is left of the person
 */
export type EmailState = 'waiting' | 'in_flight' | 'sent' | 'failed' | 'expired';

export interface EmailTable extends DueColumns {
  readonly id: string;
  readonly template: Template['name'];
  readonly locale: Email['locale'];
  state: Generated<EmailState>;
  /** Addresses, names and codes, as JSON; null at the end. */
  request: string | null;
  readonly valid_until: Date | null;
  /** Why it failed or was put off: an SMTP code or a few words, never an address. */
  reason: string | null;
  readonly created_at: Generated<Date>;
  ended_at: Date | null;
}

/** A table for each class, so that a backlog of news cannot stand before a code. */
export type MailSchema = { readonly [Class in EmailClass as `email_${Class}`]: EmailTable };

export function tableOf(emailClass: EmailClass): keyof MailSchema {
  return `email_${emailClass}`;
}

import { emailRealtime } from '@ticketaka/mail/api';
import { createDueWork, type DueRow, type DueWork, type Outcome } from '@ticketaka/platform/due-work';
import type { Metrics } from '@ticketaka/platform/metrics';
import { reminderEnds } from '../domain/reminders.ts';
import { reservationById, ticketsOf } from '../store/reservations.ts';
import type { Schema } from '../store/schema.ts';
import type { Parts } from '../use-cases/parts.ts';
import type { NoticeKind } from './store.ts';
import { remindedOf, templatesOf } from './templates.ts';

export interface NoticesOptions extends Pick<Parts, 'db' | 'outbox' | 'tickets' | 'log' | 'now'> {
  readonly buyers: Pick<Parts['buyers'], 'addressee'>;
  readonly metrics: Metrics;
  /** The longest time between two looks, in milliseconds. @default 500 */
  readonly pollMs?: number | undefined;
}

interface Notice extends DueRow {
  readonly id: string;
  readonly reservation_id: string;
  readonly kind: NoticeKind;
  readonly detail: string;
}

/**
 * Writes to the buyers. A notice is done in the transaction that has its e-mails sent, so there are e-mails of it once,
 * whatever dies on the way. Whoever has left is not written to.
 */
export function createNotices(options: NoticesOptions): DueWork {
  const { db, log, metrics, pollMs = 500 } = options;
  return createDueWork<Schema, Notice>({
    db,
    table: 'notices',
    name: 'notices',
    log,
    metrics,
    pollMs,
    handle: (notice) => write(options, notice),
  });
}

async function write(
  { db, outbox, buyers, tickets: keys, now }: NoticesOptions,
  { id, reservation_id: reservationId, kind, detail }: Notice,
): Promise<Outcome<Schema>> {
  const row = await reservationById(db.kysely, reservationId);
  if (!row) throw new Error(`a notice of reservation ${reservationId}, which does not exist`);
  const tickets = await ticketsOf(db.kysely, [row.id]);
  const templates = templatesOf({ kind, detail, row, tickets }, { keys, now: now() });
  const buyer = templates.length > 0 && (await buyers.addressee(row.member_id));
  if (!buyer) return { done: true };
  const to = { address: buyer.email, name: buyer.name };
  const validUntil = kind === 'reminder' && { validUntil: reminderEnds(remindedOf({ detail, row })).toISOString() };
  return {
    done: true,
    write: async (trx) => {
      for (const [part, template] of templates.entries()) {
        const email = { to, locale: buyer.locale, template, ...validUntil };
        await outbox.add(trx, emailRealtime, email, { subject: row.id, id: `${id}.${part + 1}` });
      }
    },
  };
}

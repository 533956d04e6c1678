import { createDueWork, type DueWork, type Outcome } from '@ticketaka/platform/due-work';
import type { Logger } from '@ticketaka/platform/log';
import { isUnavailable } from '@ticketaka/platform/mariadb';
import type { Metrics } from '@ticketaka/platform/metrics';
import { cancelTickets, endClaim, type Released } from '../claims/index.ts';
import { quoteFullRefund } from '../domain/cancellation.ts';
import { defaultBookingFee } from '../domain/prices.ts';
import { lockReservations, type ReservationRow, type TicketRow, ticketsOf } from '../store/reservations.ts';
import type { Db, Schema } from '../store/schema.ts';
import type { Parts } from '../use-cases/parts.ts';
import { freePicture } from '../use-cases/release-picture.ts';
import {
  type CancellationRow,
  cancellationOf,
  finishCancellation,
  nextToEnd,
  noteFailure,
} from './cancellation-store.ts';

export interface CancellationWorkOptions extends Pick<Parts, 'db' | 'outbox' | 'image' | 'pictures' | 'sessions'> {
  readonly log: Logger;
  readonly metrics?: Metrics | undefined;
  /** The longest time between two looks, in milliseconds. @default 500 */
  readonly pollMs?: number | undefined;
  /** Reservations of one transaction. @default 50 */
  readonly batch?: number | undefined;
}

const askAgainSeconds = 1;

/**
 * Gives everybody everything back whose session was called off, some reservations in each transaction. Where it is can be
 * seen from the reservations themselves, so it goes on from there whoever died, and two at once do no harm.
 */
export function createSessionCancellations(options: CancellationWorkOptions): DueWork {
  const { db, log, metrics, pollMs = 500 } = options;
  return createDueWork<Schema, CancellationRow>({
    db,
    table: 'session_cancellations',
    name: 'session cancellations',
    log,
    pollMs,
    ...(metrics && { metrics }),
    handle: (row) => nextBatch(options, row),
  });
}

async function nextBatch(options: CancellationWorkOptions, row: CancellationRow): Promise<Outcome<Schema>> {
  const { db, sessions, batch = 50, log } = options;
  // Nobody who waits for seats is offered those that come back.
  sessions.withdraw(row.session_id);
  const ids = await nextToEnd(db.kysely, row, batch);
  if (ids.length > 0) {
    await endAll(options, row, ids);
    return { retryInSeconds: 0 };
  }
  const progress = await cancellationOf(db.kysely, row.session_id);
  // Payments are under way of which nobody knows yet what becomes of them.
  if (progress && progress.open > progress.failed) return { retryInSeconds: askAgainSeconds };
  log.info({ id: row.id, sessionId: row.session_id, failed: progress?.failed }, 'a session is called off');
  return { done: true, write: (trx) => finishCancellation(trx, row.id) };
}

/** One that cannot be ended is set aside, and holds up nobody else. */
async function endAll(options: CancellationWorkOptions, row: CancellationRow, ids: readonly string[]): Promise<void> {
  try {
    await endTogether(options, row, ids);
  } catch (error) {
    if (isUnavailable(error)) throw error;
    const [reservationId = ''] = ids;
    if (ids.length === 1) {
      options.log.error({ err: error, reservationId }, 'a reservation of a session that was called off is left');
      await noteFailure(options.db.kysely, row.id, reservationId);
      return;
    }
    for (const id of ids) await endAll(options, row, [id]);
  }
}

async function endTogether(options: CancellationWorkOptions, row: CancellationRow, ids: readonly string[]) {
  const released = await options.db.transaction(async (trx) => {
    const reservations = await lockReservations(trx, ids);
    const tickets = Map.groupBy(await ticketsOf(trx, ids), ({ reservation_id }) => reservation_id);
    const ended: Released[] = [];
    for (const reservation of reservations) {
      const one = await end(options, trx, {
        reservation,
        tickets: tickets.get(reservation.id) ?? [],
        by: row.member_id,
      });
      if (one) ended.push(one);
    }
    return ended;
  });
  for (const each of released) await freePicture(options, each);
}

interface Ending {
  readonly reservation: ReservationRow;
  readonly tickets: readonly TicketRow[];
  readonly by: string;
}

async function end(
  { outbox }: CancellationWorkOptions,
  trx: Db,
  { reservation: row, tickets, by }: Ending,
): Promise<Released | undefined> {
  if (row.state === 'CLAIMED' && row.payment_key === null) {
    return await endClaim(trx, outbox, { row, on: 'show_cancelled' });
  }
  // Since it was looked for, its buyer was faster.
  if (row.state !== 'CONFIRMED') return undefined;
  const valid = tickets.filter(({ state }) => state === 'valid');
  const { refund } = quoteFullRefund({
    tickets: valid.map(({ id, price }) => ({ id, price })),
    bookingFeePerTicket: row.fee > 0 ? defaultBookingFee : 0,
  });
  return await cancelTickets(trx, outbox, {
    row,
    tickets: valid.map((ticket) => ({ ticket, fee: 0 })),
    whole: true,
    refund,
    on: 'show_cancelled',
    by,
    key: 'show-cancelled',
    notice: 'session-cancelled',
  });
}

import type { DueWork } from '@ticketaka/platform/due-work';
import type { Logger } from '@ticketaka/platform/log';
import type { Metrics } from '@ticketaka/platform/metrics';
import { type Outbox, outgoing } from '@ticketaka/platform/outbox';
import { aboutOf } from '../announcements/confirmed.ts';
import { reservationRefunded } from '../messages.ts';
import { addNotices } from '../notices/store.ts';
import { createRefunds, refundsOf } from '../payments/index.ts';
import { stateAfter, writeMoves } from '../store/moves.ts';
import { lockReservations } from '../store/reservations.ts';
import type { Db, StoredState } from '../store/schema.ts';
import type { Parts } from './parts.ts';

export interface ReservationRefundsOptions extends Pick<Parts, 'db' | 'outbox' | 'payments'> {
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly pollMs?: number | undefined;
}

/** Makes the refunds that are owed, and brings each reservation to its end when all of them are made. */
export function createReservationRefunds(options: ReservationRefundsOptions): DueWork {
  const { db, outbox, payments: port, log, metrics, pollMs } = options;
  return createRefunds({
    db,
    port,
    log,
    metrics,
    pollMs,
    onRefunded: (trx, { reservationId, amount }) =>
      closeRefund(trx, outbox, { reservationId, amount, by: null, detail: {} }),
  });
}

export interface ClosedRefund {
  readonly reservationId: string;
  /** Won. */
  readonly amount: number;
  /** Who made it; null for the service itself. */
  readonly by: string | null;
  /** For the audit. */
  readonly detail: Readonly<Record<string, unknown>>;
}

/** Money has gone back: the buyer and the other services are told, and the reservation ends when nothing more is owed. */
export async function closeRefund(trx: Db, outbox: Outbox, closed: ClosedRefund): Promise<void> {
  const { reservationId, amount, by, detail } = closed;
  const [row] = await lockReservations(trx, [reservationId]);
  if (!row) throw new Error(`a refund of reservation ${reservationId}, which does not exist`);
  await addNotices(trx, [{ reservationId, kind: 'refunded', detail: { amount } }]);
  const about = aboutOf(row, new Date().toISOString());
  await outbox.addAll(trx, [outgoing(reservationRefunded, { ...about, amount }, row.id)]);
  // What was refused has yet to be given back by hand.
  const owed = (await refundsOf(trx, reservationId)).some(({ state }) => state === 'waiting' || state === 'refused');
  // A second payment for seats that are sold goes back without the reservation hearing of it.
  if (owed || (row.state !== 'CANCELLED' && row.state !== 'CONFIRMED')) return;
  await writeMoves(trx, [{ reservationId, from: row.state, on: 'refund_settled', by, detail: { amount, ...detail } }]);
  await trx
    .updateTable('reservations')
    // A stored reservation never becomes a hold again.
    .set({ state: stateAfter(row.state, 'refund_settled') as StoredState })
    .where('id', '=', reservationId)
    .execute();
}

import { afterCommit, type Database } from '@ticketaka/platform/mariadb';
import type { Counter } from '@ticketaka/platform/metrics';
import type { Outbox } from '@ticketaka/platform/outbox';
import { announceConfirmed, type Booked } from '../announcements/confirmed.ts';
import { type CapturedPayment, insertCaptured } from '../payments/index.ts';
import { type Move, writeMoves } from '../store/moves.ts';
import { lockReservations, markSold, type ReservationRow, ticketsOf } from '../store/reservations.ts';
import type { Db, Schema } from '../store/schema.ts';

export interface Confirmation {
  readonly reservationId: string;
  /** Null when there was nothing to pay. */
  readonly payment: CapturedPayment | null;
}

/** `ended`: the claim had come to an end before, perhaps by another payment: this one has to be settled. */
export type ConfirmOutcome = ({ readonly kind: 'confirmed' } & Booked) | { readonly kind: 'ended' };

export interface ConfirmParts {
  readonly db: Database<Schema>;
  readonly outbox: Outbox;
  /** Tickets that were sold. */
  readonly tickets?: Counter | undefined;
}

/** Makes claims into sales, many in one transaction. */
export function confirmAll(
  { db, outbox, tickets }: ConfirmParts,
  confirmations: readonly Confirmation[],
): Promise<readonly ConfirmOutcome[]> {
  return db.transaction(async (trx) => {
    const rows = await lockReservations(
      trx,
      confirmations.map(({ reservationId }) => reservationId),
    );
    const byId = new Map(rows.map((row) => [row.id, row]));
    const sold = confirmations.flatMap((confirmation) => {
      const row = byId.get(confirmation.reservationId);
      return row?.state === 'CLAIMED' ? [{ ...confirmation, row }] : [];
    });
    const booked = sold.length > 0 ? await sell(trx, { outbox, tickets }, sold) : [];
    const outcomes = new Map(booked.map((each) => [each.row.id, { kind: 'confirmed', ...each } as const]));
    return confirmations.map(({ reservationId }) => outcomes.get(reservationId) ?? { kind: 'ended' });
  });
}

interface Sold extends Confirmation {
  readonly row: ReservationRow;
}

async function sell(
  trx: Db,
  { outbox, tickets: counter }: Omit<ConfirmParts, 'db'>,
  sold: readonly Sold[],
): Promise<readonly Booked[]> {
  const ids = sold.map(({ reservationId }) => reservationId);
  const confirmed = await markSold(trx, ids);
  await insertCaptured(
    trx,
    sold.flatMap(({ payment }) => payment ?? []),
  );
  await writeMoves(trx, sold.flatMap(movesOf));
  const all = await ticketsOf(trx, ids);
  const tickets = Map.groupBy(all, ({ reservation_id }) => reservation_id);
  const booked = sold.map(({ row }) => ({ row: { ...row, ...confirmed }, tickets: tickets.get(row.id) ?? [] }));
  await announceConfirmed(trx, outbox, booked);
  afterCommit(trx, () => counter?.inc(all.length));
  return booked;
}

function movesOf({ row, payment }: Sold): Move[] {
  const move = { reservationId: row.id, by: row.member_id };
  if (!payment) return [{ ...move, from: 'CLAIMED', on: 'nothing_to_pay' }];
  const { provider, amount } = payment;
  return [
    { ...move, from: 'CLAIMED', on: 'payment_captured', detail: { provider, amount } },
    { ...move, from: 'PAID', on: 'confirmed' },
  ];
}

import { type Outbox, outgoing } from '@ticketaka/platform/outbox';
import { sql } from 'kysely';
import type { Happening } from '../domain/reservation-states.ts';
import { seatsReleased } from '../messages.ts';
import { stateAfter, writeMoves } from '../store/moves.ts';
import { type ReservationRow, settleAs, ticketsOf } from '../store/reservations.ts';
import type { Db } from '../store/schema.ts';
import { keepReturned } from '../waitlist/index.ts';

/** Who holds seats that are to be given away: they count for no member's limit. */
export const complimentaryHolder = 'complimentary';

/** Units that are free again, for the picture in Redis. */
export interface Released {
  readonly sessionId: string;
  /** Whom the picture has them for; empty when that does not matter. */
  readonly memberId: string;
  /** Fencing number of the hold that they were claimed by. */
  readonly fence: number;
  readonly units: readonly number[];
  /** They are not free: those who wait for such seats are asked first. */
  readonly awaited: boolean;
}

/** Ends a claim that was not paid for. The row is locked by the caller. */
export async function endClaim(
  trx: Db,
  outbox: Outbox,
  {
    row,
    on,
  }: { readonly row: ReservationRow; readonly on: Extract<Happening, 'released' | 'expired' | 'show_cancelled'> },
): Promise<Released> {
  if (stateAfter(row.state, on) !== 'EXPIRED') throw new Error(`${on} does not end a claim`);
  const units = (await ticketsOf(trx, [row.id])).map(({ unit }) => unit);
  await settleAs(trx, [row.id], 'EXPIRED');
  await cancelTickets(trx, row.id, units);
  const released = await releaseUnits(trx, row, units);
  await writeMoves(trx, [{ reservationId: row.id, from: row.state, on, by: on === 'released' ? row.member_id : null }]);
  await announceReleased(trx, outbox, released);
  return released;
}

/** Puts units of a reservation back on sale, or keeps them for those who wait. */
export async function releaseUnits(trx: Db, row: ReservationRow, units: readonly number[]): Promise<Released> {
  let awaited = false;
  if (units.length > 0) {
    awaited = await keepReturned(trx, { sessionId: row.session_id, reservationId: row.id, units });
    if (!awaited)
      await trx
        .deleteFrom('seat_claims')
        .where('session_id', '=', row.session_id)
        .where('unit', 'in', [...units])
        .where('reservation_id', '=', row.id)
        .execute();
    if (row.kind === 'bought')
      await sql`
        UPDATE member_sessions SET taken = taken - ${units.length}
        WHERE session_id = ${row.session_id} AND member_id = ${row.member_id}`.execute(trx);
  }
  const memberId = row.kind === 'bought' ? row.member_id : '';
  return { sessionId: row.session_id, memberId, fence: row.fence, units, awaited };
}

export async function announceReleased(trx: Db, outbox: Outbox, { sessionId, units }: Released): Promise<void> {
  if (units.length === 0) return;
  const at = new Date().toISOString();
  await outbox.addAll(trx, [outgoing(seatsReleased, { sessionId, units: [...units], at }, sessionId)]);
}

async function cancelTickets(trx: Db, reservationId: string, units: readonly number[]) {
  if (units.length === 0) return;
  await trx
    .updateTable('tickets')
    .set({ state: 'cancelled', cancelled_at: sql<Date>`NOW(3)` })
    .where('reservation_id', '=', reservationId)
    .where('unit', 'in', [...units])
    .where('state', '!=', 'cancelled')
    .execute();
}

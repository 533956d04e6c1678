import { type Selectable, sql } from 'kysely';
import type { Db, Schema } from './schema.ts';

export type ReservationRow = Selectable<Schema['reservations']>;
export type TicketRow = Selectable<Schema['tickets']>;

/** In the order of their ids, as everybody locks them. */
export async function lockReservations(trx: Db, ids: readonly string[]): Promise<readonly ReservationRow[]> {
  if (ids.length === 0) return [];
  return await trx
    .selectFrom('reservations')
    .selectAll()
    .where('id', 'in', [...ids])
    .orderBy('id')
    .forUpdate()
    .execute();
}

export async function reservationById(db: Db, id: string): Promise<ReservationRow | undefined> {
  return await db.selectFrom('reservations').selectAll().where('id', '=', id).executeTakeFirst();
}

export async function reservationByRequest(db: Db, key: string): Promise<ReservationRow | undefined> {
  return await db.selectFrom('reservations').selectAll().where('request_key', '=', key).executeTakeFirst();
}

export async function reservationByHold(
  db: Db,
  { sessionId, key }: { readonly sessionId: string; readonly key: string },
): Promise<ReservationRow | undefined> {
  return await db
    .selectFrom('reservations')
    .selectAll()
    .where('session_id', '=', sessionId)
    .where('hold_id', '=', key)
    .executeTakeFirst();
}

/** Newest first. */
export async function reservationsOf(
  db: Db,
  memberId: string,
  { limit, before }: { readonly limit: number; readonly before: string | undefined },
): Promise<readonly ReservationRow[]> {
  return await db
    .selectFrom('reservations')
    .selectAll()
    .where('member_id', '=', memberId)
    .$if(before !== undefined, (query) => query.where('id', '<', before ?? ''))
    .orderBy('id', 'desc')
    .limit(limit)
    .execute();
}

/** By reservation and seat. */
export async function ticketsOf(db: Db, reservationIds: readonly string[]): Promise<readonly TicketRow[]> {
  if (reservationIds.length === 0) return [];
  return await db
    .selectFrom('tickets')
    .selectAll()
    .where('reservation_id', 'in', [...reservationIds])
    .orderBy('reservation_id')
    .orderBy('unit')
    .execute();
}

/** Of a reservation that nobody has to look after any more. */
const settled = { due_at: null, lease_token: null, expires_at: null } as const;

/** Sets the state of reservations that have come to an end without a sale. */
export async function settleAs(trx: Db, ids: readonly string[], state: 'CANCELLED' | 'EXPIRED'): Promise<void> {
  await trx
    .updateTable('reservations')
    .set({ state, ...settled })
    .where('id', 'in', [...ids])
    .execute();
}

/** The payment service knows a reservation by its hold. */
export async function reservationByOrder(db: Db, orderId: string): Promise<ReservationRow | undefined> {
  return await db.selectFrom('reservations').selectAll().where('hold_id', '=', orderId).executeTakeFirst();
}

/**
 * Reservations, their claims and their tickets are sold: what a confirmation is, in time or late.
 * @returns what the rows of the reservations have from now on
 */
export async function markSold(trx: Db, ids: readonly string[]) {
  const { rows } = await sql<{ at: Date }>`SELECT NOW(3) AS at`.execute(trx);
  const sold = { state: 'CONFIRMED', ...settled, confirmed_at: rows[0]?.at ?? null } as const;
  await trx
    .updateTable('reservations')
    .set(sold)
    .where('id', 'in', [...ids])
    .execute();
  await trx
    .updateTable('seat_claims')
    .set({ state: 'sold' })
    .where('reservation_id', 'in', [...ids])
    .execute();
  await trx
    .updateTable('tickets')
    .set({ state: 'valid' })
    .where('reservation_id', 'in', [...ids])
    .execute();
  return sold;
}

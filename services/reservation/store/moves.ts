import { insertRows } from '@ticketaka/platform/mariadb';
import { type Happening, type ReservationState, transition } from '../domain/reservation-states.ts';
import type { Db } from './schema.ts';

/** Something that happens to a reservation. */
export interface Move {
  readonly reservationId: string;
  readonly from: ReservationState;
  readonly on: Happening;
  /** Whose doing it is; null when it is the service's own. */
  readonly by: string | null;
  readonly detail?: Readonly<Record<string, unknown>>;
}

/**
 * Writes down what happens, beside the change itself.
 * @throws Error when the table of transitions has no such thing: a fault of ours, and nothing of it may be committed
 */
export async function writeMoves(trx: Db, moves: readonly Move[]): Promise<void> {
  await insertRows(
    trx,
    `INSERT INTO reservation_audit (reservation_id, event, from_state, to_state, member_id, detail)
     VALUES (?, ?, ?, ?, ?, ?)`,
    moves.map(({ reservationId, from, on, by, detail }) => {
      const told = detail ? JSON.stringify(detail) : null;
      return [reservationId, on, from, stateAfter(from, on), by, told];
    }),
  );
}

/** @throws Error when that cannot happen in this state */
export function stateAfter(from: ReservationState, on: Happening): ReservationState {
  const moved = transition(from, on);
  if (!moved.ok) throw new Error(`${on} cannot happen to a reservation that is ${from}`);
  return moved.next;
}

import type { Executor } from '@ticketaka/platform/mariadb';
import { sql } from 'kysely';

export interface Booked {
  readonly reservationId: string;
  readonly performanceId: string;
  readonly genre: string;
  /** Calendar day in Asia/Seoul. */
  readonly day: string;
  readonly tickets: number;
}

/** Counts a reservation, less what was given back of it before this was heard. To be called once for each. */
export async function countBooked(trx: Executor, booked: Booked): Promise<void> {
  const { reservationId, performanceId, genre, day, tickets } = booked;
  // Whoever changes the same reservation waits here until this transaction ends.
  await sql`
    INSERT INTO counted_reservations (reservation_id, performance_id, day, genre, tickets)
    VALUES (${reservationId}, ${performanceId}, ${day}, ${genre}, ${tickets})
    ON DUPLICATE KEY UPDATE day = VALUES(day), genre = VALUES(genre), tickets = tickets + VALUES(tickets)`.execute(trx);
  await sql`
    INSERT INTO booking_counts (day, genre, performance_id, tickets)
    SELECT day, genre, performance_id, tickets FROM counted_reservations WHERE reservation_id = ${reservationId}
    ON DUPLICATE KEY UPDATE tickets = booking_counts.tickets + VALUES(tickets)`.execute(trx);
}

/** Takes tickets off the day on which they were booked. */
export async function countGivenBack(
  trx: Executor,
  { reservationId, performanceId, tickets }: Pick<Booked, 'reservationId' | 'performanceId' | 'tickets'>,
): Promise<void> {
  await sql`
    INSERT INTO counted_reservations (reservation_id, performance_id, tickets)
    VALUES (${reservationId}, ${performanceId}, ${-tickets})
    ON DUPLICATE KEY UPDATE tickets = tickets + VALUES(tickets)`.execute(trx);
  await sql`
    UPDATE booking_counts c JOIN counted_reservations r
      ON c.day = r.day AND c.genre = r.genre AND c.performance_id = r.performance_id
    SET c.tickets = c.tickets - ${tickets}
    WHERE r.reservation_id = ${reservationId}`.execute(trx);
}

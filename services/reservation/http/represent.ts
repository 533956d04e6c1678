import type { z } from 'zod';
import { priceHold } from '../domain/prices.ts';
import { Label } from '../schemas/common.ts';
import type { Hold } from '../schemas/holds.ts';
import { type Reservation, Shown } from '../schemas/reservations.ts';
import type { ReservationRow, TicketRow } from '../store/reservations.ts';
import type { HeldSeats } from '../use-cases/hold.ts';
import { joinHoldId } from '../use-cases/hold-id.ts';

/** A hold as the page needs it. Prices are those of this moment. */
export function representHold({ session, key, units, expiresAt, extended }: HeldSeats): z.input<typeof Hold> {
  const priced = priceHold({ units, gradeOf: (unit) => session.gradeOf[unit], grades: session.grades });
  if (!priced.ok) throw new Error(`units ${priced.units.join(', ')} of a hold have no price`);
  const { tickets, bookingFee, total } = priced;
  return {
    id: joinHoldId({ sessionId: session.id, key }),
    sessionId: session.id,
    seats: priced.units.map(({ unit, grade, price }) => ({ unit, label: session.label(unit), grade, price })),
    ticketTotal: tickets,
    fee: bookingFee,
    total,
    expiresAt: expiresAt.toISOString(),
    extendable: !extended,
    payment: total > 0 ? { provider: 'toss', orderId: key, amount: total } : null,
  };
}

export function representReservation(row: ReservationRow, tickets: readonly TicketRow[]): z.input<typeof Reservation> {
  return {
    id: row.id,
    sessionId: row.session_id,
    performanceId: row.performance_id,
    kind: row.kind,
    state: row.state,
    show: Shown.parse(JSON.parse(row.shown)),
    tickets: tickets.map(({ id, unit, label, grade, price, state }) => ({
      id,
      unit,
      label: Label.parse(JSON.parse(label)),
      grade,
      price,
      state,
    })),
    ticketTotal: row.ticket_total,
    fee: row.fee,
    total: row.ticket_total + row.fee,
    refunded: row.refunded,
    createdAt: row.created_at.toISOString(),
    confirmedAt: row.confirmed_at?.toISOString() ?? null,
    expiresAt: row.expires_at?.toISOString() ?? null,
    rescheduledAt: row.rescheduled_at?.toISOString() ?? null,
  };
}

import type { z } from 'zod';
import { priceHold } from '../domain/prices.ts';
import { Label } from '../schemas/common.ts';
import type { Hold } from '../schemas/holds.ts';
import { type Reservation, Shown } from '../schemas/reservations.ts';
import type { ReservationRow, TicketRow } from '../store/reservations.ts';
import type { HeldSeats } from '../use-cases/hold.ts';
import { joinHoldId } from '../use-cases/hold-id.ts';

/** A hold as the page needs it. Prices are those of this moment, or of the claim that it has become. */
export function representHold(held: HeldSeats): z.input<typeof Hold> {
  const { session, key, expiresAt, extended, claimed } = held;
  const { seats, ticketTotal, fee } = claimed ? claimedSeats(claimed) : pricedSeats(held);
  const total = ticketTotal + fee;
  return {
    id: joinHoldId({ sessionId: session.id, key }),
    sessionId: session.id,
    seats,
    ticketTotal,
    fee,
    total,
    expiresAt: expiresAt.toISOString(),
    extendable: !extended,
    payment: total > 0 ? { provider: 'toss', orderId: key, amount: total } : null,
  };
}

function pricedSeats({ session, units }: HeldSeats) {
  const priced = priceHold({ units, gradeOf: (unit) => session.gradeOf[unit], grades: session.grades });
  if (!priced.ok) throw new Error(`units ${priced.units.join(', ')} of a hold have no price`);
  const seats = priced.units.map(({ unit, grade, price }) => ({ unit, label: session.label(unit), grade, price }));
  return { seats, ticketTotal: priced.tickets, fee: priced.bookingFee };
}

function claimedSeats({ row, tickets }: NonNullable<HeldSeats['claimed']>) {
  const seats = tickets.map(({ unit, label, grade, price }) => ({ unit, label: labelOf(label), grade, price }));
  return { seats, ticketTotal: row.ticket_total, fee: row.fee };
}

const labelOf = (label: string) => Label.parse(JSON.parse(label));

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
      label: labelOf(label),
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

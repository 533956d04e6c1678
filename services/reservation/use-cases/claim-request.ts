import { problem } from '@ticketaka/platform/http';
import { newId } from '@ticketaka/platform/ids';
import type { z } from 'zod';
import type { ClaimRequest } from '../claims/index.ts';
import { priceHold } from '../domain/prices.ts';
import { errors } from '../errors.ts';
import type { Shown } from '../schemas/reservations.ts';
import type { KnownSession } from '../sessions/index.ts';

export interface ToClaim
  extends Pick<ClaimRequest, 'memberId' | 'request' | 'paymentKey' | 'payWithinSeconds' | 'settleAfterSeconds'> {
  readonly units: readonly number[];
  readonly hold: { readonly key: string; readonly fence: number };
}

/** A claim of units with the prices of this moment, which are the server's own. @throws Problem seats_taken */
export function claimRequest(session: KnownSession, { units, hold, ...asked }: ToClaim): ClaimRequest {
  const { document } = session;
  const priced = priceHold({ units, gradeOf: (unit) => session.gradeOf[unit], grades: session.grades });
  // The hall was changed meanwhile, which performances does not do with seats that are sold.
  if (!priced.ok) throw problem(errors, 'seats_taken', { extensions: { seats: priced.units } });
  return {
    ...asked,
    reservationId: newId(),
    performanceId: document.performance.id,
    holdId: hold.key,
    fence: hold.fence,
    kind: 'bought',
    tickets: priced.units.map(({ unit, grade, price }) => ({
      id: newId(),
      unit,
      grade,
      label: JSON.stringify(session.label(unit)),
      price,
    })),
    fee: priced.bookingFee,
    policy: document.performance.cancellationPolicy,
    startsAt: session.startsAt,
    shown: JSON.stringify(shownOf(session)),
    limit: document.session.perMemberLimit,
  };
}

export function totalOf({ tickets, fee }: Pick<ClaimRequest, 'tickets' | 'fee'>): number {
  return tickets.reduce((sum, { price }) => sum + price, fee);
}

/** What the buyer saw, as it is called now. */
export function shownOf({ document: { performance, session, venue } }: KnownSession): z.output<typeof Shown> {
  const { title, genre } = performance;
  return { title, venue, hall: session.hall, startsAt: session.startsAt, genre };
}

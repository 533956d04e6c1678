import type { BoundRoutes } from '@ticketaka/platform/contract';
import type { Handler } from '@ticketaka/platform/http';
import type { z } from 'zod';
import { priceHold } from '../domain/prices.ts';
import type { WaitlistPlace, waitlistRoutes } from './routes.ts';
import type { Place, Waitlist } from './waitlist.ts';

type Routes = BoundRoutes<typeof waitlistRoutes>;

export function waitlistHandlers({ waitlist }: { readonly waitlist: Waitlist }): {
  readonly [Name in keyof Routes]: Handler<Routes[Name]>;
} {
  return {
    async joinWaitlist({ params: { sessionId }, principal: { memberId }, body: { grade, quantity, presaleCode } }) {
      const place = await waitlist.join({ sessionId, memberId, grade, quantity, presaleCode });
      return { status: 201, body: represent(place) };
    },

    async getWaitlist({ params: { sessionId }, principal: { memberId } }) {
      return { status: 200, body: represent(await waitlist.find({ sessionId, memberId })) };
    },

    async leaveWaitlist({ params: { sessionId }, principal: { memberId } }) {
      await waitlist.leave({ sessionId, memberId });
      return { status: 204 };
    },
  };
}

function represent(place: Place): z.input<typeof WaitlistPlace> {
  const { entry, before } = place;
  return {
    sessionId: entry.session_id,
    state: entry.state,
    grade: entry.grade,
    quantity: entry.quantity,
    before: entry.state === 'waiting' ? before : null,
    joinedAt: entry.joined_at.toISOString(),
    offer: offerOf(place),
  };
}

/** Prices are those of this moment. */
function offerOf({ session, entry, units }: Place): z.input<typeof WaitlistPlace>['offer'] {
  if (entry.state !== 'offered' || !entry.offered_until || units.length === 0) return null;
  const { gradeOf, grades } = session;
  const priced = priceHold({ units, gradeOf: (unit) => gradeOf[unit], grades });
  if (!priced.ok) return null;
  return {
    id: entry.id,
    seats: priced.units.map(({ unit, grade, price }) => ({ unit, label: session.label(unit), grade, price })),
    ticketTotal: priced.tickets,
    fee: priced.bookingFee,
    total: priced.total,
    until: entry.offered_until.toISOString(),
  };
}

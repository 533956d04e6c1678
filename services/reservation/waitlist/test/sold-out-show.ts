import { ProblemError } from '@ticketaka/platform/client';
import { newId } from '@ticketaka/platform/ids';
import { waitFor } from '@ticketaka/platform/testing';
import type { Buyer } from '../../test/buyer.ts';
import type { startWithServers } from '../../test/reservation-server.ts';
import { makeShow, type ShowOptions } from '../../test/shows.ts';

export type Server = Awaited<ReturnType<typeof startWithServers>>;

export const patience = { timeoutMs: 60_000 };

/** A session with one row of seats, all of them sold, each to somebody of their own. */
export async function soldOutShow(server: Server, seats: number, options: ShowOptions = {}) {
  const row = { name: '1', seats: Array.from({ length: seats }, (_, x) => ({ number: `${x + 1}`, x, y: 1 })) };
  const { session } = server.neighbours.add(
    makeShow({
      sections: [{ kind: 'seated', name: 'A', rows: [row] }],
      grades: [['R', 50_000, seats]],
      ...options,
    }),
  );
  const owners = await Promise.all(
    Array.from({ length: seats }, async (_, unit) => {
      const buyer = server.buyer();
      return { buyer, reservation: await buyer.buy({ sessionId: session.id, seats: [unit] }) };
    }),
  );
  return {
    sessionId: session.id,
    /** The owner of a seat gives it back. */
    async giveBack(unit: number) {
      const owner = owners[unit];
      if (!owner) throw new Error(`nobody has seat ${unit}`);
      const { client, auth } = owner.buyer;
      const params = { reservationId: owner.reservation.id };
      await client.cancel({ ...auth, params, idempotencyKey: newId(), body: {} });
    },
  };
}

/** A session of which everything is held, by four people. */
export async function heldShow(server: Server) {
  const { session } = server.neighbours.add(makeShow({ grades: [['R', 50_000, 70]], perMemberLimit: 20 }));
  const sessionId = session.id;
  const holds = await Promise.all(
    [20, 20, 20, 9].map(async (quantity) => {
      const buyer = server.buyer();
      const { id: holdId, seats } = await buyer.hold({ sessionId, grade: 'R', quantity });
      const release = () => buyer.client.releaseHold({ ...buyer.auth, params: { holdId } });
      return { units: seats.map(({ unit }) => unit), release };
    }),
  );
  return { sessionId, holds };
}

export async function join(
  { client, auth }: Buyer,
  sessionId: string,
  body: { quantity: number; grade?: string } = { quantity: 1 },
) {
  return (await client.joinWaitlist({ ...auth, params: { sessionId }, idempotencyKey: newId(), body })).body;
}

export async function place({ client, auth }: Buyer, sessionId: string) {
  return (await client.getWaitlist({ ...auth, params: { sessionId } })).body;
}

export async function leave({ client, auth }: Buyer, sessionId: string) {
  await client.leaveWaitlist({ ...auth, params: { sessionId } });
}

/** Waits until the member is offered something. */
export async function offerOf(buyer: Buyer, sessionId: string) {
  return await waitFor(async () => (await place(buyer, sessionId)).offer, { ...patience, what: 'an offer' });
}

/** Units of an offer. */
export const unitsOf = ({ seats }: { readonly seats: readonly { readonly unit: number }[] }): number[] =>
  seats.map(({ unit }) => unit);

/** True when it was held, false when somebody else was faster or has it offered. */
export async function tryHold(buyer: Buyer, sessionId: string, seats: number[]): Promise<boolean> {
  try {
    await buyer.hold({ sessionId, seats });
    return true;
  } catch (error) {
    if (error instanceof ProblemError && (error.code === 'seats_taken' || error.code === 'sold_out')) return false;
    throw error;
  }
}

/** Lets the time of all offers of a session be over. */
export async function endOffers(server: Server, sessionId: string): Promise<void> {
  await server.database.query("UPDATE waitlist SET offered_until = NOW(3) WHERE session_id = ? AND state = 'offered'", [
    sessionId,
  ]);
}

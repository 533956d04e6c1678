import { ProblemError } from '@ticketaka/platform/client';
import { newId } from '@ticketaka/platform/ids';
import type { Buyer } from '../../services/reservation/test/buyer.ts';
import type { Attempt, Outcome, Step, Told } from './history.ts';

type HoldRequest = Parameters<Buyer['hold']>[0];
type HoldAnswer = Awaited<ReturnType<Buyer['hold']>>;
type Reservation = Awaited<ReturnType<Buyer['book']>>['body'];

/** Somebody who buys, and whose every try is written down. Refusals are answers here, not errors. */
export class Customer {
  readonly #buyer: () => Buyer;
  readonly #history: Attempt[];

  /** @param buyer who they are at the replica that they come to next */
  constructor(buyer: () => Buyer, history: Attempt[]) {
    this.#buyer = buyer;
    this.#history = history;
  }

  get buyer(): Buyer {
    return this.#buyer();
  }

  async hold(body: HoldRequest, key = newId()): Promise<HoldAnswer | undefined> {
    return await this.#try({ step: 'hold', sessionId: body.sessionId, key }, async () => {
      const held = await this.buyer.hold(body, key);
      return { status: 201, body: held, told: { ...heldOf(held), total: held.total } };
    });
  }

  async extend(held: HoldAnswer): Promise<HoldAnswer | undefined> {
    const { sessionId, id: about } = held;
    return await this.#try({ step: 'extend', sessionId, about }, async () => {
      const { auth, client } = this.buyer;
      const { body } = await client.extendHold({ ...auth, params: { holdId: about }, idempotencyKey: newId() });
      return { status: 200, body, told: heldOf(body) };
    });
  }

  async release({ sessionId, id: about }: HoldAnswer): Promise<void> {
    await this.#try({ step: 'release', sessionId, about }, async () => {
      const { auth, client } = this.buyer;
      const { status } = await client.releaseHold({ ...auth, params: { holdId: about } });
      return { status, body: undefined, told: { units: [] } };
    });
  }

  /** @returns undefined when it was refused, or nobody answered */
  async book(
    { sessionId, id: about }: Pick<HoldAnswer, 'sessionId' | 'id'>,
    paymentKey: string | undefined,
    key = newId(),
  ): Promise<Reservation | undefined> {
    return await this.#try({ step: 'book', sessionId, about, key }, async () => {
      const { status, body } = await this.buyer.book(about, paymentKey, key);
      return { status, body, told: toldOf(body) };
    });
  }

  async cancel(
    { id: about, sessionId }: Pick<Reservation, 'id' | 'sessionId'>,
    ticketIds?: readonly string[],
    key = newId(),
  ): Promise<Reservation | undefined> {
    return await this.#try({ step: 'cancel', sessionId, about, key }, async () => {
      const { auth, client } = this.buyer;
      const { status, body } = await client.cancel({
        ...auth,
        params: { reservationId: about },
        idempotencyKey: key,
        body: ticketIds ? { ticketIds: [...ticketIds] } : {},
      });
      return { status, body, told: toldOf(body) };
    });
  }

  /** Joins those who wait for seats that are given back. */
  async wait(sessionId: string, quantity: number) {
    const { auth, client } = this.buyer;
    return await client.joinWaitlist({ ...auth, params: { sessionId }, idempotencyKey: newId(), body: { quantity } });
  }

  /** Looks what there is for who waits. @returns what is offered, undefined as long as nothing is */
  async offered(sessionId: string) {
    const { auth, client } = this.buyer;
    const { body } = await client.getWaitlist({ ...auth, params: { sessionId } });
    const { offer } = body;
    if (!offer) return undefined;
    return await this.#try({ step: 'offer', sessionId, about: offer.id }, async () => ({
      status: 200,
      body: offer,
      told: { units: offer.seats.map(({ unit }) => unit), expiresAt: Date.parse(offer.until) },
    }));
  }

  /** What became of the last try. */
  get last(): Outcome | undefined {
    const mine = this.buyer.memberId;
    return this.#history.findLast(({ memberId }) => memberId === mine)?.outcome;
  }

  async #try<Body>(
    about: { readonly step: Step; readonly sessionId: string; readonly key?: string; readonly about?: string },
    call: () => Promise<{ readonly status: number; readonly body: Body; readonly told: Told }>,
  ): Promise<Body | undefined> {
    const from = Date.now();
    const { memberId } = this.buyer;
    const note = (outcome: Outcome) => this.#history.push({ ...about, memberId, from, until: Date.now(), outcome });
    try {
      const { status, body, told } = await call();
      note({ kind: 'done', status, told });
      return body;
    } catch (error) {
      note(outcomeOf(error));
      return undefined;
    }
  }
}

function heldOf({ id: holdId, seats, expiresAt }: HoldAnswer): Told {
  return { units: seats.map(({ unit }) => unit), holdId, expiresAt: Date.parse(expiresAt) };
}

function toldOf({ id: reservationId, state, tickets, total, refunded }: Reservation): Told {
  return { units: tickets.map(({ unit }) => unit), reservationId, state, total, refunded };
}

function outcomeOf(error: unknown): Outcome {
  if (error instanceof ProblemError) return { kind: 'refused', status: error.status, code: error.code };
  return { kind: 'unknown', why: error instanceof Error ? error.message : String(error) };
}

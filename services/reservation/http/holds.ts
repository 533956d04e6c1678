import { type Handlers, problem, Unavailable } from '@ticketaka/platform/http';
import type { api } from '../api.ts';
import { errors } from '../errors.ts';
import { type HeldSeats, holdMs, holdSeats } from '../use-cases/hold.ts';
import { directHold, releaseDirectly } from '../use-cases/hold-directly.ts';
import { splitHoldId } from '../use-cases/hold-id.ts';
import type { Parts } from '../use-cases/parts.ts';
import type { MemberLimit } from './limits.ts';
import { representHold } from './represent.ts';

type HoldHandlers = Pick<Handlers<typeof api>, 'hold' | 'getHold' | 'extendHold' | 'releaseHold'>;

export function holdHandlers(parts: Parts, limit: MemberLimit): HoldHandlers {
  return {
    async hold({ principal: { memberId }, body, idempotency }) {
      limit.count(memberId);
      const held = await holdSeats(parts, { memberId, request: body, keyed: idempotency });
      return { status: 201, body: representHold(held) };
    },

    async getHold({ params: { holdId }, principal: { memberId } }) {
      const name = splitHoldId(holdId);
      const found = await inRedis(() => parts.image.get(name.sessionId, { holdId: name.key, memberId }));
      const held = found?.kind === 'held' ? found : await direct({ ...name, memberId });
      return { status: 200, body: representHold(await heldOf(name, held)) };
    },

    async extendHold({ params: { holdId }, principal: { memberId } }) {
      const name = splitHoldId(holdId);
      const { sessionId, key } = name;
      const extended = await inRedis(() => parts.image.extend(sessionId, { holdId: key, memberId, ttlMs: holdMs }));
      if (extended?.kind === 'extended')
        return { status: 200, body: representHold(await heldOf(name, { ...extended, extended: true })) };
      if (extended?.kind !== 'spent') await direct({ ...name, memberId });
      throw problem(errors, 'extended_already');
    },

    async releaseHold({ params: { holdId }, principal: { memberId } }) {
      const { sessionId, key } = splitHoldId(holdId);
      const released = await inRedis(() => parts.image.release(sessionId, { holdId: key, memberId }));
      if (released?.kind === 'released' || released?.kind === 'pinned') return { status: 204 };
      const isDirect = await releaseDirectly(parts, { sessionId, key, memberId });
      if (!released && !isDirect) throw new Unavailable('Redis is away');
      // Gone is gone: whether it was there, and whose, is nobody's business.
      return { status: 204 };
    },
  };

  /** @returns undefined while Redis is away */
  async function inRedis<Outcome>(ask: () => Promise<Outcome>): Promise<Outcome | undefined> {
    try {
      return await ask();
    } catch (error) {
      if (parts.isRedisUp()) throw error;
      return undefined;
    }
  }

  /** One that was made without Redis, and is not extended. @throws Problem hold_not_found @throws Unavailable */
  async function direct({ memberId, ...name }: { sessionId: string; key: string; memberId: string }) {
    const held = await directHold(parts, name);
    if (held?.claimed.row.member_id === memberId) return held;
    // It may be there when Redis is back.
    if (!parts.isRedisUp()) throw new Unavailable('Redis is away');
    throw problem(errors, 'hold_not_found');
  }

  async function heldOf(
    { sessionId, key }: { readonly sessionId: string; readonly key: string },
    found: Pick<HeldSeats, 'units' | 'extended' | 'claimed'> & { readonly expiresAtMs: number },
  ): Promise<HeldSeats> {
    const session = await parts.sessions.get(sessionId);
    const { units, extended, claimed } = found;
    // Seats that are not sold any more, or in another hall by now, cannot be booked either.
    const isLost = !claimed && units.some((unit) => !session?.grade(unit));
    if (!session || isLost) throw problem(errors, 'hold_not_found');
    return { session, key, units, expiresAt: new Date(found.expiresAtMs), extended, claimed };
  }
}

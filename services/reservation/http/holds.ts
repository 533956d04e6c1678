import { type Handlers, problem } from '@ticketaka/platform/http';
import type { api } from '../api.ts';
import { errors } from '../errors.ts';
import { type HeldSeats, holdMs, holdSeats } from '../use-cases/hold.ts';
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
      const { sessionId, key } = splitHoldId(holdId);
      const found = await parts.image.get(sessionId, { holdId: key, memberId });
      if (found.kind !== 'held') throw problem(errors, 'hold_not_found');
      return { status: 200, body: representHold(await heldOf({ sessionId, key }, found)) };
    },

    async extendHold({ params: { holdId }, principal: { memberId } }) {
      const { sessionId, key } = splitHoldId(holdId);
      const extended = await parts.image.extend(sessionId, { holdId: key, memberId, ttlMs: holdMs });
      if (extended.kind === 'spent') throw problem(errors, 'extended_already');
      if (extended.kind !== 'extended') throw problem(errors, 'hold_not_found');
      return { status: 200, body: representHold(await heldOf({ sessionId, key }, { ...extended, extended: true })) };
    },

    async releaseHold({ params: { holdId }, principal: { memberId } }) {
      const { sessionId, key } = splitHoldId(holdId);
      // Gone is gone: whether it was there, and whose, is nobody's business.
      await parts.image.release(sessionId, { holdId: key, memberId });
      return { status: 204 };
    },
  };

  async function heldOf(
    { sessionId, key }: { readonly sessionId: string; readonly key: string },
    found: { readonly units: readonly number[]; readonly expiresAtMs: number; readonly extended: boolean },
  ): Promise<HeldSeats> {
    const session = await parts.sessions.get(sessionId);
    if (!session) throw problem(errors, 'hold_not_found');
    return { session, key, units: found.units, expiresAt: new Date(found.expiresAtMs), extended: found.extended };
  }
}

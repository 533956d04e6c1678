import type { Redis } from '@ticketaka/platform/redis';
import type { ActiveSessions } from './active-sessions.ts';
import { imageKey } from './keys.ts';
import { block, free, merge, offer, unblock, withdrawOffer } from './lua/units.ts';
import { ownerOf } from './rebuild.ts';
import { defineScripts, type Reply, type Revise, unitsOf, whole } from './script.ts';
import type {
  BlockOutcome,
  ClaimedUnit,
  OfferOutcome,
  OfferRequest,
  Stale,
  UnitsOutcome,
  WithdrawOutcome,
  WithdrawRequest,
} from './types.ts';
import { checkPositive, checkUnits, mostUnits } from './unit-arguments.ts';

interface UnitsRequest {
  readonly epoch: number;
  /** At most 500, none twice. */
  readonly units: readonly number[];
}

/** What the database, organisers and the waitlist do with units. */
export interface UnitCommands {
  /**
   * Claims ended in the database. Answers which units are free now: not those that are no claims here, nor those of
   * another member or sequence number than given, so that repeating it late harms nobody.
   */
  free(
    sessionId: string,
    request: UnitsRequest & { readonly memberId?: string | undefined; readonly seq?: number | undefined },
  ): Promise<UnitsOutcome<'freed'>>;
  /** All or none. Those that are blocked already may be among them. */
  block(sessionId: string, request: UnitsRequest): Promise<BlockOutcome>;
  unblock(sessionId: string, request: UnitsRequest): Promise<UnitsOutcome<'unblocked'>>;
  /** Keeps free units for one member, whose hold names the offer. What is left at the end of the time becomes free. */
  offer(sessionId: string, request: OfferRequest): Promise<OfferOutcome>;
  /** Units under a hold stay with it. */
  withdrawOffer(sessionId: string, request: WithdrawRequest): Promise<WithdrawOutcome>;
  /**
   * Makes the picture of these units what the database says. A hold that is in the way ends as `lost`. For claims that
   * were committed during a rebuild, and for repairs.
   */
  merge(
    sessionId: string,
    request: { readonly epoch: number; readonly taken: readonly ClaimedUnit[] },
  ): Promise<{ readonly kind: 'merged' } | Stale>;
}

export function unitCommands(redis: Redis, active: ActiveSessions, revise: Revise): UnitCommands {
  const run = defineScripts(redis, { free, block, unblock, offer, withdrawOffer, merge }, revise);
  return {
    async free(sessionId, { epoch, units, memberId = '', seq = '' }) {
      checkUnits(units);
      return unitsOutcome('freed', await run.free(imageKey(sessionId), epoch, memberId, seq, ...units));
    },

    async block(sessionId, { epoch, units }) {
      checkUnits(units);
      const [kind, value] = await run.block(imageKey(sessionId), epoch, ...units);
      if (kind === 'conflict') return { kind, unit: whole(value) };
      return { kind: kind === 'stale' ? kind : 'blocked' };
    },

    async unblock(sessionId, { epoch, units }) {
      checkUnits(units);
      return unitsOutcome('unblocked', await run.unblock(imageKey(sessionId), epoch, ...units));
    },

    async offer(sessionId, { epoch, offerId, memberId, units, ttlMs, claimsEnded = false }) {
      checkUnits(units);
      checkPositive('ttlMs', ttlMs);
      const args = [epoch, offerId, memberId, ttlMs, claimsEnded ? 1 : 0, ...units];
      const [kind, value] = await run.offer(imageKey(sessionId), ...args);
      if (kind === 'conflict') return { kind, unit: whole(value) };
      if (kind !== 'offered') return { kind: kind === 'reused' ? kind : 'stale' };
      const expiresAtMs = whole(value);
      await active.note(sessionId, { epoch, expiresAtMs });
      return { kind, expiresAtMs };
    },

    async withdrawOffer(sessionId, { epoch, offerId, keep = false, unlessHeld = [] }) {
      const reply = await run.withdrawOffer(imageKey(sessionId), epoch, offerId, keep ? 1 : 0, ...unlessHeld);
      const [kind] = reply;
      return kind === 'absent' || kind === 'held' ? { kind } : unitsOutcome('withdrawn', reply);
    },

    async merge(sessionId, { epoch, taken }) {
      const states = { claimed: 2, sold: 2, blocked: 3 } as const;
      for (let at = 0; at < taken.length; at += mostUnits) {
        const part = taken.slice(at, at + mostUnits);
        checkUnits(part.map(({ unit }) => unit));
        const args = part.flatMap((each) => [each.unit, states[each.state], ownerOf(each)]);
        const [kind] = await run.merge(imageKey(sessionId), epoch, ...args);
        if (kind === 'stale') return { kind };
      }
      return { kind: 'merged' };
    },
  };
}

function unitsOutcome<Kind extends string>(expected: Kind, [kind, units]: Reply): UnitsOutcome<Kind> {
  return kind === 'stale' ? { kind } : { kind: expected, units: unitsOf(units) };
}

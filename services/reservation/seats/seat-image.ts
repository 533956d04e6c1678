import type { Logger } from '@ticketaka/platform/log';
import type { Metrics } from '@ticketaka/platform/metrics';
import type { Redis } from '@ticketaka/platform/redis';
import { createActiveSessions } from './active-sessions.ts';
import { parseChange, type SeatChange } from './changes.ts';
import { type HoldCommands, holdCommands } from './hold-commands.ts';
import { changesKey, imageKey } from './keys.ts';
import { bits, open, sweep } from './lua/image.ts';
import { rebuildImage } from './rebuild.ts';
import { defineScripts, type Revise, text, whole } from './script.ts';
import { sequenceOf, sequenceText } from './sequence.ts';
import type { BitsOutcome, RebuildOutcome, RebuildRequest, SweepOutcome } from './types.ts';
import { type UnitCommands, unitCommands } from './unit-commands.ts';

/**
 * The picture of each session's units in Redis: who holds what, and what is taken. It fails closed: without an image of
 * the epoch every command answers `stale` and does nothing. Times are those of Redis.
 *
 * A command that timed out may have run. Each may be repeated as it was.
 */
export interface SeatImage extends HoldCommands, UnitCommands {
  /** Of the image that is there. */
  epoch(sessionId: string): Promise<number | undefined>;
  /** The whole picture, of one moment. */
  bits(sessionId: string): Promise<BitsOutcome>;
  /**
   * What changed after a version, oldest first. `gap`: it is not all there any more, or the image was built anew;
   * take `bits` again.
   */
  changes(
    sessionId: string,
    after: number,
    most?: number,
  ): Promise<{ readonly kind: 'changes'; readonly changes: readonly SeatChange[] } | { readonly kind: 'gap' }>;
  /** A new image under a new epoch. Holds of the one before are void. No unit comes twice in `taken`. */
  rebuild(sessionId: string, request: RebuildRequest): Promise<RebuildOutcome>;
  /** Ends up to `most` holds and offers whose time is over. @default 500 */
  sweep(sessionId: string, most?: number): Promise<SweepOutcome>;
  /** Sessions that want sweeping. */
  activeSessions(): Promise<readonly string[]>;
}

export interface SeatImageOptions {
  /** Its prefix is put before every key. */
  readonly redis: Redis;
  readonly log?: Logger | undefined;
  readonly metrics?: Metrics | undefined;
}

/** `revise` changes the text of each script: for tests that need another clock, or a script with a fault. */
export function seatImage({ redis, log, metrics }: SeatImageOptions, revise: Revise = (lua) => lua): SeatImage {
  const active = createActiveSessions(redis, log);
  const run = defineScripts(redis, { bits, sweep, open }, revise);
  const holds = holdCommands(redis, active, revise);
  const outcomes = metrics?.counter('seat_holds_total', 'Answers to requests for holds', ['outcome']);
  const rebuilds = metrics?.histogram('seat_rebuild_seconds', 'Time to build the image of a session');

  return {
    ...holds,
    ...unitCommands(redis, active, revise),

    async hold(sessionId, request) {
      const outcome = await holds.hold(sessionId, request);
      outcomes?.inc({ outcome: outcome.kind });
      return outcome;
    },

    async holdAll(sessionId, requests) {
      const all = await holds.holdAll(sessionId, requests);
      for (const { kind } of all) outcomes?.inc({ outcome: kind });
      return all;
    },

    async holdAny(sessionId, request) {
      const outcome = await holds.holdAny(sessionId, request);
      outcomes?.inc({ outcome: outcome.kind });
      return outcome;
    },

    async epoch(sessionId) {
      const epoch = await redis.get(imageKey(sessionId));
      return epoch === null ? undefined : whole(epoch);
    },

    async bits(sessionId) {
      const [kind, epoch, count, units, bitmap] = await run.bits.bytes(imageKey(sessionId), '');
      if (text(kind) === 'stale' || !Buffer.isBuffer(bitmap)) return { kind: 'stale' };
      const version = sequenceOf(whole(epoch), whole(count));
      return { kind: 'bits', epoch: whole(epoch), version, units: whole(units), bitmap };
    },

    async changes(sessionId, after, most = 1_000) {
      const entries = await redis.xrange(changesKey(sessionId), sequenceText(after), '+', 'COUNT', most + 1);
      const [first, ...rest] = entries.map(parseChange);
      // The last one seen is read again: when it is gone, others after it may be gone as well.
      if (first?.version !== after || rest.some(({ reset }) => reset)) return { kind: 'gap' };
      return { kind: 'changes', changes: rest };
    },

    async rebuild(sessionId, request) {
      const started = performance.now();
      const taken = [...request.taken];
      const outcome = await rebuildImage({ redis, open: run.open }, sessionId, { ...request, taken });
      const seconds = (performance.now() - started) / 1_000;
      if (outcome.kind === 'rebuilt') rebuilds?.observe(seconds);
      log?.info({ sessionId, epoch: request.epoch, outcome: outcome.kind, seconds }, 'image of seats built');
      const ends = taken.flatMap((each) => (each.state === 'offered' ? [each.expiresAtMs] : []));
      if (outcome.kind === 'rebuilt' && ends.length > 0)
        await active.note(sessionId, { epoch: request.epoch, expiresAtMs: Math.max(...ends) });
      return outcome;
    },

    async sweep(sessionId, most = 500) {
      const [kind, ended, pending, due, now] = await run.sweep(imageKey(sessionId), '', most);
      if (kind === 'stale' || pending === 0) await active.retire(sessionId);
      if (kind === 'stale') return { kind };
      const left = whole(pending);
      const nextDueMs = left === 0 ? undefined : Math.max(0, whole(due) - whole(now));
      return { kind: 'swept', ended: whole(ended), pending: left, nextDueMs };
    },

    activeSessions: () => active.list(),
  };
}

/** @see SeatImage */
export const createSeatImage = (options: SeatImageOptions): SeatImage => seatImage(options);

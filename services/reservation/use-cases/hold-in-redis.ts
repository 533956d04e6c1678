import { platformErrors } from '@ticketaka/platform/contract';
import { type KeyedRequest, Problem, problem } from '@ticketaka/platform/http';
import { bestAvailable } from '../domain/best-available/index.ts';
import { errors } from '../errors.ts';
import type { HoldAnyOutcome, HoldAnyRequest, HoldOutcome } from '../seats/index.ts';
import type { KnownSession } from '../sessions/index.ts';
import { holdKeyOf } from './hold-id.ts';
import type { Parts } from './parts.ts';

/** The best sets that are asked for at once: when others are faster with the first ones, one of these is free. */
const candidateCount = 8;
/** Nothing is left to be had: what is asked is whether this request had it already. */
export const onlyAgain: HoldAnyRequest['ranges'] = [];
/** Crowds of buyers are shown the same picture: how often it is looked at again. */
const looks = 4;

export interface HoldTerms {
  readonly keyed: KeyedRequest;
  readonly memberId: string;
  readonly limit: number;
  readonly ttlMs: number;
}

export type Held = Extract<HoldOutcome, { kind: 'held' }>;

export interface WantedGrade {
  readonly grade: number;
  readonly quantity: number;
  readonly accessible: boolean;
}

/** Asked for when Redis is: what is refused from memory needs no hash. */
export function inRedis({ id }: KnownSession, { keyed, memberId, limit, ttlMs }: HoldTerms) {
  return { holdId: holdKeyOf(keyed, id), requestHash: keyed.requestHash, memberId, limit, ttlMs };
}

/** @returns undefined when Redis is away, so that it has to be done without it */
export async function inPicture<Outcome>(parts: Parts, work: () => Promise<Outcome>): Promise<Outcome | undefined> {
  try {
    if (parts.isRedisUp()) return await work();
  } catch (error) {
    if (error instanceof Problem || parts.isRedisUp()) throw error;
  }
  return undefined;
}

export async function holdThese(
  parts: Parts,
  session: KnownSession,
  { units, offer, ...common }: HoldTerms & { readonly units: readonly number[]; readonly offer: string | undefined },
): Promise<Held> {
  const outcome = await parts.pictures.using(session, (epoch) =>
    parts.image.hold(session.id, { epoch, ...inRedis(session, common), candidates: [units], offer }),
  );
  if (outcome.kind === 'conflict') throw problem(errors, 'seats_taken', { extensions: { seats: [outcome.unit] } });
  return heldBy(outcome);
}

export async function holdBest(parts: Parts, session: KnownSession, wanted: HoldTerms & WantedGrade): Promise<Held> {
  const { grade: index, quantity, accessible, ...common } = wanted;
  const anyOf = async (ranges: HoldAnyRequest['ranges']) => {
    const outcome = await parts.pictures.using(session, (epoch) =>
      parts.image.holdAny(session.id, { epoch, ...inRedis(session, common), ranges, quantity }),
    );
    if (outcome.kind === 'short') throw problem(errors, 'sold_out', { extensions: { available: outcome.available } });
    return heldBy(outcome);
  };
  if (parts.free.isNoneFree(session, index)) return await anyOf(onlyAgain);
  const ranges = accessible ? undefined : session.standing(index);
  if (ranges) return await anyOf(ranges);
  for (let look = 0; look < looks; look += 1) {
    const free = await (look === 0 ? parts.free.bits(session) : parts.free.freshBits(session));
    const best = bestAvailable({
      layout: session.layout,
      free,
      quantity,
      grade: index,
      k: candidateCount,
      accessible,
    });
    if (best.length === 0) return await anyOf(onlyAgain);
    const outcome = await parts.pictures.using(session, (epoch) =>
      parts.image.hold(session.id, { epoch, ...inRedis(session, common), candidates: best.map(({ units }) => units) }),
    );
    if (outcome.kind !== 'conflict') return heldBy(outcome);
  }
  throw problem(errors, 'seats_taken', { retryAfterSeconds: 1 });
}

function heldBy(outcome: Exclude<HoldOutcome | HoldAnyOutcome, { kind: 'conflict' | 'short' | 'stale' }>): Held {
  switch (outcome.kind) {
    case 'held':
      return outcome;
    case 'limit':
      throw problem(errors, 'over_limit', { extensions: { taken: outcome.taken } });
    case 'reused':
      throw problem(platformErrors, 'idempotency_key_reused');
    default:
      throw problem(errors, 'hold_not_found');
  }
}

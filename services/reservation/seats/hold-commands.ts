import type { Redis } from '@ticketaka/platform/redis';
import type { ActiveSessions } from './active-sessions.ts';
import { imageKey } from './keys.ts';
import { hold } from './lua/hold.ts';
import { extend, get, pin, release, settle, unpin } from './lua/life.ts';
import { asReply, defineScripts, type Reply, type Revise, text, unitsOf, whole } from './script.ts';
import { sequenceOf, sequenceText } from './sequence.ts';
import type {
  Absent,
  AnyHoldOutcome,
  AnyHoldRequest,
  Ended,
  Ending,
  ExtendOutcome,
  GetOutcome,
  HoldAnyOutcome,
  HoldAnyRequest,
  HoldName,
  HoldOutcome,
  HoldRequest,
  HoldSetsRequest,
  PinOutcome,
  ReleaseOutcome,
  SettleOutcome,
  Stale,
  UnpinOutcome,
} from './types.ts';
import { checkPositive, checkUnits, mostUnits } from './unit-arguments.ts';

/** What buyers do with holds. Each is one script, and repeating it after a time-out does no harm. */
export interface HoldCommands {
  hold(sessionId: string, request: HoldSetsRequest): Promise<HoldOutcome>;
  /** Requests that `checkHold` lets pass, each answered as if it had come alone and in its turn. */
  holdAll(sessionId: string, requests: readonly AnyHoldRequest[]): Promise<readonly AnyHoldOutcome[]>;
  /** Any of numbered standing places. */
  holdAny(sessionId: string, request: HoldAnyRequest): Promise<HoldAnyOutcome>;
  get(sessionId: string, name: HoldName): Promise<GetOutcome>;
  /** Once, to `ttlMs` from now, when that is later. */
  extend(sessionId: string, request: HoldName & { readonly ttlMs: number }): Promise<ExtendOutcome>;
  release(sessionId: string, name: HoldName): Promise<ReleaseOutcome>;
  /** The units are this hold's for `pinMs` at least, and it cannot be released: time for the claim in the database. */
  pin(sessionId: string, request: HoldName & { readonly pinMs: number }): Promise<PinOutcome>;
  /** The claim failed: the hold ends when it would have without the pin. */
  unpin(sessionId: string, name: HoldName): Promise<UnpinOutcome>;
  /** The claim is in the database: the units are taken, the hold is gone, and they count for the member's limit. */
  settle(sessionId: string, hold: { readonly holdId: string; readonly seq: number }): Promise<SettleOutcome>;
}

export function holdCommands(redis: Redis, active: ActiveSessions, revise: Revise): HoldCommands {
  const run = defineScripts(redis, { hold, get, extend, release, pin, unpin, settle }, revise);

  async function holdAll(sessionId: string, requests: readonly AnyHoldRequest[]): Promise<readonly AnyHoldOutcome[]> {
    const reply = await run.hold(imageKey(sessionId), '', requests.length, ...requests.flatMap(holdArguments));
    // Of a session without an image there is one answer for all.
    const answerTo = (at: number) => (reply[0] === 'answers' ? asReply(reply[at + 1]) : reply);
    const outcomes = requests.map((_, at) => holdOutcome(answerTo(at)));
    await note(sessionId, requests[0], outcomes);
    return outcomes;
  }

  async function holdOne(sessionId: string, request: AnyHoldRequest): Promise<AnyHoldOutcome> {
    checkHold(request);
    const [outcome] = await holdAll(sessionId, [request]);
    if (!outcome) throw new TypeError('a hold was not answered');
    return outcome;
  }

  async function note(sessionId: string, request: HoldRequest | undefined, outcomes: readonly AnyHoldOutcome[]) {
    const ends = outcomes.flatMap((outcome) => (outcome.kind === 'held' ? [outcome.expiresAtMs] : []));
    if (request && ends.length > 0)
      await active.note(sessionId, { epoch: request.epoch, expiresAtMs: Math.max(...ends) });
  }

  return {
    holdAll,

    hold: async (sessionId, request) => ofSets(await holdOne(sessionId, request)),
    holdAny: async (sessionId, request) => ofRanges(await holdOne(sessionId, request)),

    async get(sessionId, name) {
      const reply = await run.get(imageKey(sessionId), ...named(name));
      if (reply[0] !== 'held') return missing(reply);
      const offer = text(reply[8]);
      return {
        kind: 'held',
        memberId: text(reply[5]),
        extended: text(reply[6]) === '1',
        pinned: reply[7] === 1,
        offer: offer === '' ? undefined : offer,
        ...heldUnits(reply),
      };
    },

    async extend(sessionId, request) {
      checkPositive('ttlMs', request.ttlMs);
      const reply = await run.extend(imageKey(sessionId), ...named(request), request.ttlMs);
      const [kind] = reply;
      return kind === 'extended' || kind === 'spent' ? { kind, ...heldUnits(reply) } : missing(reply);
    },

    async release(sessionId, name) {
      const reply = await run.release(imageKey(sessionId), ...named(name));
      const [kind] = reply;
      if (kind === 'released' || kind === 'pinned') return { kind };
      const outcome = missing(reply);
      return outcome.kind === 'ended' && outcome.how === 'released' ? { kind: 'released' } : outcome;
    },

    async pin(sessionId, request) {
      checkPositive('pinMs', request.pinMs);
      const reply = await run.pin(imageKey(sessionId), ...named(request), request.pinMs);
      return reply[0] === 'pinned' ? { kind: 'pinned', ...heldUnits(reply) } : missing(reply);
    },

    async unpin(sessionId, name) {
      const reply = await run.unpin(imageKey(sessionId), ...named(name));
      return reply[0] === 'unpinned' ? { kind: 'unpinned', ...heldUnits(reply) } : missing(reply);
    },

    async settle(sessionId, { holdId, seq }) {
      const reply = await run.settle(imageKey(sessionId), ...named({ holdId, seq }), seq);
      if (reply[0] === 'settled') return { kind: 'settled' };
      const outcome = missing(reply);
      return outcome.kind === 'ended' && outcome.how === 'settled' ? { kind: 'settled' } : outcome;
    },
  };
}

/** @throws RangeError for a request that asks for what cannot be */
export function checkHold(request: AnyHoldRequest): void {
  checkRequest(request);
  if ('candidates' in request) checkSets(request.candidates);
  else {
    checkPositive('quantity', request.quantity);
    if (request.quantity > mostUnits) throw new RangeError(`${request.quantity} units at once`);
    checkRanges(request.ranges);
  }
}

function checkSets(candidates: HoldSetsRequest['candidates']) {
  const size = candidates[0]?.length ?? 0;
  checkUnits(candidates[0] ?? []);
  for (const units of candidates) {
    if (units.length !== size) throw new RangeError('sets of units differ in size');
    checkUnits(units);
  }
}

/** Of one request to the script `hold`. */
export function holdArguments(request: AnyHoldRequest): (string | number)[] {
  if (!('candidates' in request)) {
    const { quantity, ranges } = request;
    return [...common(request), '', quantity, 0, ranges.length, ...ranges.flat()];
  }
  const { candidates, offer = '' } = request;
  return [...common(request), offer, candidates[0]?.length ?? 0, candidates.length, ...candidates.flat()];
}

/** A request for sets is not answered as one for ranges is. */
export function ofSets(outcome: AnyHoldOutcome): HoldOutcome {
  if (outcome.kind === 'short') throw new TypeError('a request for sets was answered as one for ranges');
  return outcome;
}

/** @see ofSets */
export function ofRanges(outcome: AnyHoldOutcome): HoldAnyOutcome {
  if (outcome.kind === 'conflict') throw new TypeError('a request for ranges was answered as one for sets');
  return outcome;
}

function checkRequest({ memberId, ttlMs }: Pick<HoldRequest, 'memberId' | 'ttlMs'>) {
  checkPositive('ttlMs', ttlMs);
  if (memberId === '' || memberId.includes('|')) throw new RangeError('a member id that cannot be stored');
}

const common = ({ epoch, holdId, memberId, requestHash, limit, ttlMs }: HoldRequest) => [
  epoch,
  holdId,
  memberId,
  requestHash,
  limit,
  ttlMs,
];

/** Of any epoch: the sequence number says of which the hold is. */
const named = ({ holdId, memberId = '', seq }: HoldName) => [
  '',
  holdId,
  memberId,
  seq === undefined ? '' : sequenceText(seq),
];

const heldUnits = ([, epoch, count, units, expiresAtMs]: Reply) => ({
  units: unitsOf(units),
  seq: sequenceOf(whole(epoch), whole(count)),
  expiresAtMs: whole(expiresAtMs),
});

function holdOutcome(reply: Reply): AnyHoldOutcome {
  const [kind, value] = reply;
  if (kind === 'conflict') return { kind, unit: whole(value) };
  if (kind === 'short') return { kind, available: whole(value) };
  if (kind === 'held') return { kind, replayed: reply[5] === 1, ...heldUnits(reply) };
  if (kind === 'limit') return { kind, taken: whole(value) };
  if (kind === 'reused') return { kind };
  const outcome = missing(reply);
  if (outcome.kind === 'absent') throw unknown(reply);
  return outcome;
}

function missing(reply: Reply): Absent | Ended | Stale {
  const [kind, how] = reply;
  // The scripts name these four ways.
  if (kind === 'ended') return { kind, how: text(how) as Ending };
  if (kind === 'absent' || kind === 'stale') return { kind };
  throw unknown(reply);
}

const unknown = ([kind]: Reply) => new TypeError(`a script answered ${kind}`);

function checkRanges(ranges: HoldAnyRequest['ranges']) {
  const sorted = ranges.toSorted(([a], [b]) => a - b);
  let before = -1;
  for (const [first, last] of sorted) {
    const units = Number.isSafeInteger(first) && Number.isSafeInteger(last);
    if (!units || first <= before || last < first) throw new RangeError('ranges overlap or are none');
    before = last;
  }
  if (ranges.length > 64) throw new RangeError(`${ranges.length} ranges`);
}

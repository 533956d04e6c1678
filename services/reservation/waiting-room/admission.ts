/** What is measured of a session's sale. */
export interface Load {
  /** Holds a second that this session's servers are trusted with, by their number. */
  readonly capacityPerSecond: number;
  /** Holds a second that they carried when that was all they could; undefined while they could have carried more. */
  readonly carriedPerSecond?: number | undefined;
  /** Holds a second that are asked for now. */
  readonly holdsPerSecond: number;
  /** Of a hold, the 99th percentile. */
  readonly latencyMs: number;
  /** Units that can still be held. */
  readonly freeUnits: number;
  /** Units of an average booking. */
  readonly averageParty: number;
  /** Redis is down: holds go straight to MariaDB, which carries a tenth. */
  readonly degraded: boolean;
}

export interface Admission {
  /** The highest number that is let in. */
  readonly serving: number;
  /** People a second. */
  readonly rate: number;
  /** What of a person was earned and not yet spent. */
  readonly credit: number;
  /** Of the capacity that the servers are trusted with, the part that they have, as measured: 1 until they were at their limit. */
  readonly share: number;
}

export interface Bounds {
  /** The highest number that was given: nobody is let in before they came. */
  readonly issued: number;
  /** The organiser's own limit, in people a second. */
  readonly rateLimit?: number | undefined;
}

/** Of the capacity, the part that is used: a queue that runs at its limit only grows its delays. */
const usedCapacity = 0.75;
/** Beyond this a hold counts as slow, and fewer are let in, in proportion. */
const latencyLimitMs = 250;
const degradedFactor = 0.1;
/** Of the parties for whom there are units, this part is let in each second: the last ones have time to choose. */
const pacing = 1 / 60;
/** People a second that are let in as long as there is anything: the last seats, and those that come back, find somebody. */
const leastPaced = 5;
/** Seconds in which the rate makes up most of the difference when it rises. It falls at once. */
const riseSeconds = 5;
/** A controller that was away does not make up for more than this. */
const longestElapsed = 3;
/** Seconds in which most of what is measured at the limit is believed: one bad second is not the capacity. */
const believedSeconds = 2;
/** However little was carried, so much is tried: otherwise nothing would ever be measured again. */
const leastShare = 0.05;
/** What the share rises by in a second while the servers are not at their limit: by a hundredth of itself, or this. */
const leastRise = 1 / 600;

/**
 * The step of the controller: how far the queue is served after so many seconds. Pure. It never goes back, never passes
 * the last number that was given, and never lets in more at once than three seconds are worth. Admission goes by rate and
 * not by one in, one out: people who leave without a word would stop such a queue.
 */
export function nextServing(state: Admission, load: Load & Bounds, elapsedSeconds: number): Admission {
  const elapsed = Math.min(Math.max(elapsedSeconds, 0), longestElapsed);
  const share = nextShare(state.share, load, elapsed);
  const target = targetRate(load, share);
  const rate =
    target < state.rate ? target : state.rate + (target - state.rate) * (1 - Math.exp(-elapsed / riseSeconds));
  const earned = Math.min(state.credit, 1) + rate * elapsed;
  const waiting = Math.max(0, load.issued - state.serving);
  const admitted = Math.min(Math.floor(earned), waiting);
  // Whoever comes to an empty queue shall not find the unspent credit of an hour.
  return { serving: state.serving + admitted, rate, credit: Math.min(earned - admitted, 1), share };
}

/**
 * What the servers have of their trusted capacity. It is known only when they are at their limit: what they carry then is
 * all there is. Afterwards more is tried by and by, since the reason may be gone.
 */
export function nextShare(share: number, { capacityPerSecond, carriedPerSecond }: Load, elapsed: number): number {
  if (carriedPerSecond === undefined) return Math.min(1, share + elapsed * Math.max(share / 100, leastRise));
  const measured = Math.min(1, Math.max(leastShare, carriedPerSecond / Math.max(capacityPerSecond, 1)));
  return share + (measured - share) * (1 - Math.exp(-elapsed / believedSeconds));
}

/** People a second that the measurements allow. */
export function targetRate(load: Load & Bounds, share: number): number {
  const slowness = Math.min(1, latencyLimitMs / Math.max(load.latencyMs, 1));
  const carried = load.capacityPerSecond * share * usedCapacity * slowness * (load.degraded ? degradedFactor : 1);
  const parties = load.freeUnits / Math.max(load.averageParty, 1);
  const paced = parties > 0 ? Math.max(leastPaced, parties * pacing) : 0;
  return Math.max(0, Math.min(carried, paced, load.rateLimit ?? Infinity));
}

export interface Crowding {
  /** Whether the room is in force. */
  readonly crowded: boolean;
  /** How long it has not been needed. */
  readonly calmSeconds: number;
}

const crowdedAt = 0.6;
const calmAt = 0.3;
const calmFor = 60;

/** Mode `auto`: on at 60 % of the measured capacity; off after a minute below 30 % with nobody waiting. */
export function nextCrowding(
  state: Crowding,
  load: Load & Pick<Admission, 'share'> & { readonly waiting: number },
  elapsedSeconds: number,
): Crowding {
  const used = load.holdsPerSecond / Math.max(load.capacityPerSecond * load.share, 1);
  if (used >= crowdedAt) return { crowded: true, calmSeconds: 0 };
  if (!state.crowded) return state;
  if (used >= calmAt || load.waiting > 0) return { crowded: true, calmSeconds: 0 };
  const calmSeconds = state.calmSeconds + elapsedSeconds;
  return calmSeconds >= calmFor ? { crowded: false, calmSeconds: 0 } : { crowded: true, calmSeconds };
}

/** What the time was when it was asked for, by a clock that does not jump: milliseconds each. */
export interface Sample {
  /** Since 1970, by the server. */
  readonly server: number;
  /** By the own clock, in the middle of the round trip. */
  readonly at: number;
  /** The server's time may have been so much earlier or later: half of the round trip. */
  readonly within: number;
}

/** How far two clocks run apart: ten times what a quartz does. */
const drift = 1e-4;

/** The server's time at a moment of the own clock. */
export function timeAt({ server, at }: Sample, now: number): number {
  return server + (now - at);
}

/** How wrong that may be. */
export function uncertaintyAt({ at, within }: Sample, now: number): number {
  return within + Math.abs(now - at) * drift;
}

/**
 * The one to go by. A new one counts when it is at least as sure; and also when it contradicts the one before, since then
 * the server is another, or its clock was set.
 */
export function better(known: Sample | undefined, next: Sample): Sample {
  if (!known) return next;
  const uncertainty = uncertaintyAt(known, next.at);
  const apart = Math.abs(timeAt(known, next.at) - next.server);
  return next.within <= uncertainty || apart > next.within + uncertainty ? next : known;
}

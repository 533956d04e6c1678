/** Lifetimes of a session, in seconds. */
export interface SessionLimits {
  /** From sign-in, however busy the session is. */
  readonly absolute: number;
  /** From its last refresh. */
  readonly idle: number;
  /** How long a refresh token that was just replaced is still another tab, and not a thief. */
  readonly grace: number;
}

export const sessionLimits: SessionLimits = { absolute: 30 * 24 * 3600, idle: 14 * 24 * 3600, grace: 10 };

/** A family of refresh tokens, as it stands. */
export interface SessionState {
  /** How often the session was refreshed. Its newest tokens carry this number. */
  readonly generation: number;
  /** When it got to this generation. */
  readonly rotatedAt: Date;
  readonly createdAt: Date;
}

/**
 * - `rotate`: the token is a newest one; the session goes to the next generation.
 * - `sibling`: it was replaced a moment ago; another tab asked first. It gets a token of the newest generation too.
 * - `reused`: it was replaced long ago, so two parties hold tokens of the family, and one of them stole it.
 * - `expired`: the session is over.
 */
export type Rotation = 'rotate' | 'sibling' | 'reused' | 'expired';

/**
 * What to do with a refresh token of the given generation (RFC 9700 section 4.14.2, with a grace window).
 *
 * Siblings do not fork the family: when one of them is refreshed the session moves on, and the others are old after
 * the grace window. So a thief who steals inside the window still ends the session when both go on.
 */
export function decideRotation(
  generation: number,
  session: SessionState,
  at: { now: Date; limits: SessionLimits },
): Rotation {
  const { now, limits } = at;
  if (now >= expiryOf(session, limits)) return 'expired';
  if (generation === session.generation) return 'rotate';
  const replacedByNewest = generation === session.generation - 1;
  return replacedByNewest && now < after(session.rotatedAt, limits.grace) ? 'sibling' : 'reused';
}

/** When a session ends unless it is used before. */
export function expiryOf(session: Pick<SessionState, 'createdAt' | 'rotatedAt'>, limits: SessionLimits): Date {
  const absolute = after(session.createdAt, limits.absolute);
  const idle = after(session.rotatedAt, limits.idle);
  return idle < absolute ? idle : absolute;
}

function after(time: Date, seconds: number): Date {
  return new Date(time.getTime() + seconds * 1000);
}

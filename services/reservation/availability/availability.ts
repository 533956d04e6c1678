import type { Component } from '@ticketaka/platform/lifecycle';
import { Mirror, type MirrorOptions } from './mirror.ts';
import type { MirroredSession } from './session-mirror.ts';

/**
 * Which units are free, from memory. What is said is as old as the way from Redis here; `undefined` says that it is not
 * known, or too old to be believed: ask Redis then.
 */
export interface Availability extends Component {
  start(): Promise<void>;
  stop(): Promise<void>;
  /** What the handlers show. */
  readonly mirror: Mirror;
  /**
   * Has a session mirrored from now on, until nobody asks for a while. Cheap when it is already: call it with each request
   * of the session. Grades that changed are taken over. Never fails.
   * @returns whether its picture is here; after a second at the latest
   */
  open(session: MirroredSession): Promise<boolean>;
  /** Free units of a grade, by its index. */
  freeCount(sessionId: string, grade: number): number | undefined;
  /** Held units of a grade, by its index. */
  heldCount(sessionId: string, grade: number): number | undefined;
  /** Whether a unit is held, taken or blocked. */
  isTaken(sessionId: string, unit: number): boolean | undefined;
  /**
   * Free units: bit `unit & 31` of word `unit >>> 5`. Not a copy: to be read at once, since it goes on changing, and not
   * to be written to.
   */
  freeBits(sessionId: string): Uint32Array | undefined;
}

export function createAvailability(options: MirrorOptions): Availability {
  const mirror = new Mirror(options);
  return {
    name: 'availability',
    mirror,
    start: () => mirror.start(),
    stop: () => mirror.stop(),
    open: async (session) => (await mirror.open(session)) !== undefined,
    freeCount: (sessionId, grade) => mirror.trusted(sessionId)?.seats.freeOf(grade),
    heldCount: (sessionId, grade) => mirror.trusted(sessionId)?.seats.heldOf(grade),
    isTaken(sessionId, unit) {
      const seats = mirror.trusted(sessionId)?.seats;
      return seats && seats.get(unit) !== 0;
    },
    freeBits: (sessionId) => mirror.trusted(sessionId)?.seats.free,
  };
}

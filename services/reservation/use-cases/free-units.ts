import type { KnownSession } from '../sessions/index.ts';

/** What is free of a session, as far as this process knows; Redis decides. */
export interface FreeUnits {
  /** A bit for each unit: `unit & 31` of word `unit >>> 5`, set where it is free. @throws Unavailable */
  bits(session: KnownSession): Promise<Uint32Array>;
  /** As Redis has them now, for whoever met others on the way. @throws Unavailable */
  freshBits(session: KnownSession): Promise<Uint32Array>;
  /**
   * From memory: those of the units that are sold or blocked for sure. Not those that are held: a request that is repeated
   * must meet its own hold.
   */
  sold(session: KnownSession, units: readonly number[]): readonly number[];
  /** From memory: whether all units of a grade are sold or blocked for sure. */
  isSoldOut(session: KnownSession, grade: number): boolean;
  /** From memory: whether no unit of a grade is free, though some may be held. */
  isNoneFree(session: KnownSession, grade: number): boolean;
}

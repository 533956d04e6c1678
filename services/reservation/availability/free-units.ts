import type { Availability } from './availability.ts';
import type { MirroredSession } from './session-mirror.ts';

/** What is free of a session, as far as this process knows. */
interface FreeUnits<Session> {
  bits(session: Session): Promise<Uint32Array>;
  freshBits(session: Session): Promise<Uint32Array>;
  sold(session: Session, units: readonly number[]): readonly number[];
  isSoldOut(session: Session, grade: number): boolean;
  isNoneFree(session: Session, grade: number): boolean;
}

/**
 * Free units from memory, for those who hold seats. Whoever asks about a session has it mirrored from then on.
 * @param otherwise asked for bits while the mirror is not to be believed
 */
export function mirroredFreeUnits<Session extends MirroredSession>(
  availability: Pick<Availability, 'open' | 'mirror' | 'freeBits' | 'freeCount' | 'heldCount'>,
  otherwise: Pick<FreeUnits<Session>, 'bits'>,
): FreeUnits<Session> {
  return {
    async bits(session) {
      void availability.open(session);
      return availability.freeBits(session.id) ?? (await otherwise.bits(session));
    },
    freshBits: otherwise.bits,
    sold(session, units) {
      void availability.open(session);
      const seats = availability.mirror.trusted(session.id)?.seats;
      return seats ? units.filter((unit) => seats.isGone(unit)) : [];
    },
    isSoldOut(session, grade) {
      void availability.open(session);
      return availability.freeCount(session.id, grade) === 0 && availability.heldCount(session.id, grade) === 0;
    },
    isNoneFree: ({ id }, grade) => availability.freeCount(id, grade) === 0,
  };
}

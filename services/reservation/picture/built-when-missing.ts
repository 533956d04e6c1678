import type { SeatImage } from '../seats/index.ts';
import type { SessionBook } from '../sessions/index.ts';
import type { Pictures } from './pictures.ts';

export interface BuiltWhenMissingOptions {
  readonly image: Pick<SeatImage, 'bits' | 'epoch'>;
  readonly pictures: Pictures;
  readonly sessions: SessionBook;
}

/** Reads pictures of sessions, and has one built that nobody has needed yet: the first visitor wants to see it as well. */
export function builtWhenMissing({
  image,
  pictures,
  sessions,
}: BuiltWhenMissingOptions): Pick<SeatImage, 'bits' | 'epoch'> {
  return {
    epoch: (sessionId) => image.epoch(sessionId),
    async bits(sessionId) {
      const found = await image.bits(sessionId);
      if (found.kind !== 'stale') return found;
      const session = await sessions.get(sessionId);
      if (!session) return found;
      await pictures.build(session);
      return await image.bits(sessionId);
    },
  };
}

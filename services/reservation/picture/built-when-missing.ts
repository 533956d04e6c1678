import type { SeatImage } from '../seats/index.ts';
import type { SessionBook } from '../sessions/index.ts';
import type { Pictures } from './pictures.ts';

export interface BuiltWhenMissingOptions {
  readonly image: Pick<SeatImage, 'bits' | 'epoch'>;
  readonly pictures: Pictures;
  readonly sessions: SessionBook;
}

/**
 * Reads pictures of sessions, and has one built that nobody has needed yet, since the first visitor wants to see it as
 * well; and one of another hall, after the session was given another seat map.
 */
export function builtWhenMissing({
  image,
  pictures,
  sessions,
}: BuiltWhenMissingOptions): Pick<SeatImage, 'bits' | 'epoch'> {
  return {
    epoch: (sessionId) => image.epoch(sessionId),
    async bits(sessionId) {
      const found = await image.bits(sessionId);
      const session = await sessions.get(sessionId);
      if (!session) return found;
      if (found.kind === 'stale') await pictures.build(session);
      else {
        if (found.units === session.units) return found;
        // This replica may be the one that has not heard of it yet.
        const latest = await sessions.latest(sessionId);
        if (!latest || found.units === latest.units) return found;
        await pictures.redraw(latest, found.epoch);
      }
      return await image.bits(sessionId);
    },
  };
}

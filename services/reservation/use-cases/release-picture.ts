import type { Released, Settled, Taken } from '../claims/index.ts';
import type { Parts } from './parts.ts';

type PictureParts = Pick<Parts, 'image' | 'pictures' | 'sessions' | 'log'> & Partial<Pick<Parts, 'waitlist'>>;

/**
 * Shows units as free that are free in MariaDB. When Redis is away it is found when the pictures are compared. Those that
 * somebody waits for are offered instead; without a waitlist at hand the worker does it.
 */
export async function freePicture(
  { image, pictures, sessions, waitlist, log }: PictureParts,
  { sessionId, memberId, fence, units, awaited }: Released,
): Promise<void> {
  if (units.length === 0) return;
  try {
    if (awaited) {
      await waitlist?.serve(sessionId);
      return;
    }
    const session = await sessions.get(sessionId);
    if (!session) return;
    const seq = fence > 0 ? fence : undefined;
    await pictures.using(session, (epoch) => image.free(sessionId, { epoch, units, memberId, seq }));
  } catch (error) {
    log.warn({ err: error, sessionId }, 'the picture learns of free seats later');
  }
}

/** Shows what settling a payment has changed, at once. Never fails: the rest is found when the pictures are compared. */
export async function showSettled(
  parts: PictureParts,
  { taken, released }: Pick<Settled, 'taken' | 'released'>,
): Promise<void> {
  if (released) await freePicture(parts, released);
  if (taken) await takeInPicture(parts, taken);
}

/** Whoever holds one of the units has lost it: it is sold. */
async function takeInPicture(
  { image, pictures, sessions, log }: PictureParts,
  { sessionId, memberId, fence, units }: Taken,
): Promise<void> {
  try {
    const session = await sessions.get(sessionId);
    if (!session) return;
    const seq = fence > 0 ? fence : undefined;
    const taken = units.map((unit) => ({ unit, state: 'sold', memberId, seq }) as const);
    await pictures.using(session, (epoch) => image.merge(sessionId, { epoch, taken }));
  } catch (error) {
    log.warn({ err: error, sessionId }, 'the picture learns of seats that were sold late afterwards');
  }
}

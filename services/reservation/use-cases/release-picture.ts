import type { Released } from '../claims/index.ts';
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

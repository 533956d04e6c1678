import type { Released } from '../claims/index.ts';
import type { Parts } from './parts.ts';

/** Shows units as free that are free in MariaDB. When Redis is away it is found when the pictures are compared. */
export async function freePicture(
  { image, pictures, sessions, log }: Pick<Parts, 'image' | 'pictures' | 'sessions' | 'log'>,
  { sessionId, memberId, fence, units }: Released,
): Promise<void> {
  if (units.length === 0) return;
  try {
    const session = await sessions.get(sessionId);
    if (!session) return;
    const seq = fence > 0 ? fence : undefined;
    await pictures.using(session, (epoch) => image.free(sessionId, { epoch, units, memberId, seq }));
  } catch (error) {
    log.warn({ err: error, sessionId }, 'the picture learns of free seats later');
  }
}

import type { Handlers } from '@ticketaka/platform/http';
import type { api } from '../api.ts';
import { personOf } from '../http/person.ts';
import { created } from '../http/versioned.ts';
import { addPoster, type PosterParts, removePoster } from './change-posters.ts';
import { posterLocation } from './poster-file.ts';

type PosterHandlers = Pick<Handlers<typeof api>, 'addPoster' | 'removePoster'>;

/** For the write side. */
export function posterHandlers(parts: PosterParts): PosterHandlers {
  return {
    async addPoster({ params: { performanceId }, body, principal }) {
      const upload = { performanceId, file: body };
      const { performance, poster } = await addPoster(parts, personOf(principal), upload);
      return created(performance, posterLocation(poster.id, poster.widths));
    },

    async removePoster({ params: { performanceId, posterId }, principal }) {
      await removePoster(parts, personOf(principal), { performanceId, posterId });
      return { status: 204 };
    },
  };
}

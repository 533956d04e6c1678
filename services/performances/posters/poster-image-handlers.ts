import type { FileStore } from '@ticketaka/platform/file-store';
import { type Handlers, problem } from '@ticketaka/platform/http';
import type { api } from '../api.ts';
import { errors } from '../errors.ts';
import { posterKey } from './poster-file.ts';

/** For the read side: needs the file store, and nothing else. */
export function posterImageHandlers(files: FileStore): Pick<Handlers<typeof api>, 'getPosterImage'> {
  return {
    async getPosterImage({ params: { posterId, file } }) {
      const id = posterId.toLowerCase();
      const found = await files.get(posterKey(id, file));
      if (!found) throw problem(errors, 'poster_not_found');
      // What is under a key never changes, so that the key is as good as a hash of the bytes.
      const headers = { 'cache-control': 'public, max-age=31536000, immutable', etag: `"${id}/${file}"` };
      return { status: 200, body: found.bytes, headers };
    },
  };
}

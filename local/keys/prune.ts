import { existsSync } from 'node:fs';
import { readKeySet } from '@ticketaka/platform/keys';
import { pruneKeys } from '../platform/keys.ts';
import { pathsOf } from '../platform/paths.ts';
import { publishToPlatform, runningPlatform } from './publication.ts';

/** `npm run keys -- prune`: drops retiring keys whose last token has expired. A running platform does so by itself. */
export async function pruneNow({ home }: { readonly home?: string }): Promise<readonly string[]> {
  const paths = pathsOf(home);
  if (!existsSync(paths.keySet)) return [`There are no keys in ${paths.home} yet: npm start makes the first`];
  const dropped = await pruneKeys(paths, async () => {
    const running = runningPlatform(paths);
    const { keys } = await readKeySet(paths.keySet);
    if (running)
      await publishToPlatform(
        paths,
        running,
        keys.map(({ kid }) => kid),
      );
  });
  return dropped.length > 0 ? dropped.map((kid) => `key ${kid} has retired`) : ['No key is due to go'];
}

import { existsSync } from 'node:fs';
import { readKeySet } from '@ticketaka/platform/keys';
import { pathsOf } from '../platform/paths.ts';

const meanings = {
  published: 'published, will sign next',
  signing: 'signs',
  retiring: 'retiring',
} as const;

/** `npm run keys -- status`: the keys and what each is for; never a private part. */
export async function printKeys({ home }: { readonly home?: string }): Promise<readonly string[]> {
  const paths = pathsOf(home);
  if (!existsSync(paths.keySet)) return [`There are no keys in ${paths.home} yet: npm start makes the first`];
  const { keys } = await readKeySet(paths.keySet);
  return keys.map(({ kid, state, createdAt, retireAt }) =>
    [kid, meanings[state], `made ${createdAt}`, retireAt && `goes ${retireAt}`].filter(Boolean).join('  '),
  );
}

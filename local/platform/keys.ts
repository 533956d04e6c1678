import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  createKeySet,
  generateKey,
  type KeySet,
  prune,
  readKeySet,
  writeJwks,
  writeKeySet,
} from '@ticketaka/platform/keys';
import { waitForLock } from './lock.ts';
import type { Paths } from './paths.ts';

/** Longer than any change of keys takes. */
const lockLimitMs = 30_000;

/** Runs while nobody else changes the keys. */
export async function withKeyLock<T>(paths: Paths, work: () => Promise<T>): Promise<T> {
  mkdirSync(paths.keys, { recursive: true, mode: 0o700 });
  const release = await waitForLock(join(paths.keys, 'lock.json'), lockLimitMs);
  try {
    return await work();
  } finally {
    release();
  }
}

/** Writes both halves. The public one first: a key must be known before anything is signed with it. */
export async function saveKeys(paths: Paths, set: KeySet): Promise<void> {
  await writeJwks(paths.jwks, set);
  await writeKeySet(paths.keySet, set);
}

/** Makes the first key set, or drops what has retired from the one that is there. */
export async function ensureKeys(paths: Paths): Promise<void> {
  await withKeyLock(paths, async () => {
    const now = new Date();
    const set = existsSync(paths.keySet)
      ? prune(await readKeySet(paths.keySet), now)
      : createKeySet(await generateKey(), now);
    await saveKeys(paths, set);
  });
}

/** Drops retiring keys whose last token has expired. @returns their names */
export async function pruneKeys(paths: Paths, republish: () => Promise<void>): Promise<readonly string[]> {
  return await withKeyLock(paths, async () => {
    const set = await readKeySet(paths.keySet);
    const pruned = prune(set, new Date());
    const dropped = set.keys.filter((key) => !pruned.keys.includes(key)).map(({ kid }) => kid);
    if (dropped.length === 0) return [];
    await saveKeys(paths, pruned);
    await republish();
    return dropped;
  });
}

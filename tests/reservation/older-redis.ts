import type { Redis } from 'ioredis';

interface Kept {
  readonly key: string;
  readonly value: Buffer;
  readonly ttlMs: number;
}

/** All that Redis has, as a replica that has fallen behind would. @param root without a prefix, with all rights */
export async function copyOf(root: Redis): Promise<readonly Kept[]> {
  const kept: Kept[] = [];
  for (const key of await root.keys('*')) {
    const [value, ttlMs] = await Promise.all([root.dumpBuffer(key), root.pttl(key)]);
    // It may have gone since it was listed.
    if (value) kept.push({ key, value, ttlMs: Math.max(0, ttlMs) });
  }
  return kept;
}

/**
 * From one command to the next Redis is as it was, and every connection to it breaks: what the promotion of a replica that
 * had fallen behind looks like.
 */
export async function putBack(root: Redis, kept: readonly Kept[]): Promise<void> {
  const transaction = root.multi().flushall();
  for (const { key, value, ttlMs } of kept) transaction.restore(key, ttlMs, value);
  transaction.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
  const results = (await transaction.exec()) ?? [];
  const failed = results.find(([error]) => error !== null);
  if (failed?.[0]) throw failed[0];
}

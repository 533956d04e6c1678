import type { Redis } from 'ioredis';

interface Kept {
  readonly key: string;
  readonly value: Buffer;
  readonly ttlMs: number;
}

/** All that Redis has at one moment, as a replica that falls behind from then on. @param root without a prefix, with all rights */
export async function copyOf(root: Redis): Promise<readonly Kept[]> {
  const keys = await root.keys('*');
  const transaction = root.multi();
  for (const key of keys) transaction.dumpBuffer(key).pttl(key);
  const results = (await transaction.exec()) ?? [];
  return keys.flatMap((key, index) => {
    const [value, ttlMs] = [results[index * 2]?.[1], results[index * 2 + 1]?.[1]];
    // It may have gone since it was listed.
    return Buffer.isBuffer(value) ? [{ key, value, ttlMs: Math.max(0, Number(ttlMs)) }] : [];
  });
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

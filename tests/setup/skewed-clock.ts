import { globSync } from 'node:fs';
import { rm } from 'node:fs/promises';

/**
 * The environment of a program whose clock is so many seconds ahead, or behind when it is less than 0. Time spans are as
 * they are. Needs `faketime`.
 * @throws when it is not installed
 */
export function skewedClock(seconds: number): Readonly<Record<string, string>> {
  const [library] = globSync('/usr/lib/*/faketime/libfaketime.so.1');
  if (!library) throw new Error('libfaketime is not installed');
  return {
    // An allocator that asks for the time while it is loaded waits for itself: that of Redis is left out by the second.
    LD_PRELOAD: `${library} libc.so.6`,
    FAKETIME: seconds < 0 ? String(seconds) : `+${seconds}`,
    FAKETIME_DONT_FAKE_MONOTONIC: '1',
  };
}

/** Takes away what the library leaves in memory when its program is killed. */
export async function forgetSkewedClock(pid: number): Promise<void> {
  const names = [`faketime_shm_${pid}`, `sem.faketime_sem_${pid}`];
  await Promise.all(names.map((name) => rm(`/dev/shm/${name}`, { force: true })));
}

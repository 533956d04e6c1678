import { globSync } from 'node:fs';

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

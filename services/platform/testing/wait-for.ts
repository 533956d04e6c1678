import { setTimeout as sleep } from 'node:timers/promises';

export interface WaitOptions {
  /** @default 10000 */
  readonly timeoutMs?: number;
  /** Time between two looks. @default 20 */
  readonly intervalMs?: number;
  /** What is waited for, named by the error. @default 'the condition' */
  readonly what?: string;
}

/**
 * Looks again and again until the condition gives something truthy, and gives that. A condition that throws is not met yet.
 * @throws after the time-out, with the last thing that the condition threw as the cause
 */
export async function waitFor<T>(
  condition: () => T | Promise<T>,
  { timeoutMs = 10_000, intervalMs = 20, what = 'the condition' }: WaitOptions = {},
): Promise<NonNullable<T>> {
  const deadline = performance.now() + timeoutMs;
  let cause: unknown;
  do {
    try {
      const value = await condition();
      if (value) return value;
      cause = undefined;
    } catch (error) {
      cause = error;
    }
    await sleep(intervalMs);
  } while (performance.now() < deadline);
  const last = cause instanceof Error ? ` (${cause.message})` : '';
  throw new Error(`gave up after ${timeoutMs} ms waiting for ${what}${last}`, { cause });
}

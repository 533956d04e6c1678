import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Tries until it works or the signal is aborted.
 * @throws the signal's reason, with the last failure as its text, so that a log says what was missing
 */
export async function poll(signal: AbortSignal, attempt: () => Promise<void>): Promise<void> {
  for (;;) {
    try {
      await attempt();
      return;
    } catch (error) {
      if (signal.aborted) throw new Error(`was not ready: ${String(error)}`, { cause: error });
    }
    // An abort in the pause is seen by the next round, which has the better message.
    await sleep(50, undefined, { signal }).catch(() => {});
  }
}

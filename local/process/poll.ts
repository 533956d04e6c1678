import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

export interface PollOptions {
  /** Ends the waiting; its reason is thrown. */
  readonly signal: AbortSignal;
  /** Milliseconds between two looks. @default 100 */
  readonly everyMs?: number;
}

/** Resolves once the condition holds. An error thrown by it counts as "not yet". */
export async function pollUntil(condition: () => Promise<boolean>, options: PollOptions): Promise<void> {
  const { signal, everyMs = 100 } = options;
  for (;;) {
    signal.throwIfAborted();
    // Whatever stands in the way now may be gone at the next look; the caller's deadline ends it otherwise.
    if (await condition().catch(() => false)) return;
    await delay(everyMs, undefined, { signal });
  }
}

/** Resolves once a GET of the URL answers 200. */
export async function untilHealthy(url: string, options: PollOptions): Promise<void> {
  await pollUntil(async () => {
    const response = await fetch(url, { signal: AbortSignal.any([options.signal, AbortSignal.timeout(2_000)]) });
    await response.body?.cancel();
    return response.status === 200;
  }, options);
}

/** Resolves once somebody listens on the port of 127.0.0.1. */
export async function untilListening(port: number, options: PollOptions): Promise<void> {
  await pollUntil(() => isListening(port), options);
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1', timeout: 1_000 });
    const settle = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', () => settle(true));
    socket.once('error', () => settle(false));
    socket.once('timeout', () => settle(false));
  });
}

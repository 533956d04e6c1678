import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from '../log/index.ts';
import { isUnavailable } from '../mariadb/index.ts';

export interface LoopOptions {
  readonly name: string;
  readonly log: Logger;
  /** Does what there is to do. Resolves with the milliseconds until there may be more, 0 for at once. */
  readonly round: () => Promise<number>;
  /** The longest pause after rounds that failed, in milliseconds. @default 5000 */
  readonly maxBackOffMs?: number;
}

/**
 * Repeats a round until it is stopped. Waits are spread by a fifth either way, so that replicas do not move in step.
 * A round that fails because something is away is tried again after a growing pause and is not logged: whoever watches
 * that thing has said so.
 */
export class Loop {
  readonly #options: LoopOptions;
  readonly #stopping = new AbortController();
  #nap = new AbortController();
  #woken = false;
  #failures = 0;
  #running: Promise<void> | undefined;

  constructor(options: LoopOptions) {
    this.#options = options;
  }

  start(): void {
    this.#running ??= this.#run();
  }

  /** There is something to do: the next round begins now, or once this one ends, unless the last one failed. */
  wake(): void {
    this.#woken = true;
    this.#nap.abort();
  }

  /** Waits for the round under way. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#nap.abort();
    await this.#running;
  }

  async #run() {
    while (!this.#stopping.signal.aborted) {
      this.#woken = false;
      try {
        const ms = await this.#options.round();
        this.#failures = 0;
        if (ms > 0 && !this.#woken) await this.#sleep(ms);
      } catch (error) {
        if (!isUnavailable(error)) this.#options.log.error({ err: error }, `${this.#options.name} failed`);
        await this.#backOff();
      }
    }
  }

  async #sleep(ms: number) {
    if (this.#stopping.signal.aborted) return;
    this.#nap = new AbortController();
    await pause(ms, this.#nap.signal);
  }

  async #backOff() {
    const { maxBackOffMs = 5_000 } = this.#options;
    const ms = Math.min(maxBackOffMs, 100 * 2 ** Math.min(this.#failures, 10));
    this.#failures += 1;
    await pause(ms, this.#stopping.signal);
  }
}

async function pause(ms: number, signal: AbortSignal) {
  const spread = 0.8 + Math.random() * 0.4;
  try {
    await delay(Math.max(1, ms * spread), undefined, { signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from '../log/index.ts';
import type { Component } from './component.ts';
import type { Health } from './health.ts';

export interface RunOptions {
  /** In the order of starting; they stop in reverse. */
  readonly components: readonly Component[];
  readonly log: Logger;
  readonly health: Health;
  /** Between "not ready" and the first stop, so that whoever sends requests can see it. @default 0 */
  readonly drainMs?: number;
  /** For everything to stop, after which the process gives up. @default 20 000 */
  readonly graceMs?: number;
}

export interface Running {
  /** Stops every component, in reverse. Later calls wait for the first. */
  stop(reason: string): Promise<void>;
}

/**
 * Starts the components in order. If one fails, those that had started are stopped again and its error is thrown.
 */
export async function runComponents(options: RunOptions): Promise<Running> {
  const { components, log, health, drainMs = 0, graceMs = 20_000 } = options;
  const started: Component[] = [];
  let stopping: Promise<void> | undefined;

  async function stopAll() {
    for (const component of started.toReversed()) {
      try {
        await component.stop?.();
      } catch (error) {
        log.error({ err: error, component: component.name }, 'component did not stop cleanly');
      }
    }
  }

  for (const component of components) {
    try {
      await component.start?.();
      started.push(component);
    } catch (error) {
      await stopAll();
      throw new Error(`${component.name} did not start`, { cause: error });
    }
  }

  async function stop(reason: string) {
    log.info({ reason }, 'stopping');
    health.drain();
    await delay(drainMs);
    const timer = new AbortController();
    const late = delay(graceMs, 'late' as const, { signal: timer.signal, ref: false }).catch(() => 'late' as const);
    const outcome = await Promise.race([stopAll().then(() => 'stopped' as const), late]);
    timer.abort();
    if (outcome === 'late') log.error({ graceMs }, 'gave up waiting for components to stop');
    else log.info('stopped');
  }

  return { stop: (reason) => (stopping ??= stop(reason)) };
}

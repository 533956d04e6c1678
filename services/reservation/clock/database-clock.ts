import { Loop } from '@ticketaka/platform/due-work';
import type { Component } from '@ticketaka/platform/lifecycle';
import type { Logger } from '@ticketaka/platform/log';
import { type AnyDatabase, isUnavailable } from '@ticketaka/platform/mariadb';
import type { Metrics } from '@ticketaka/platform/metrics';
import { sql } from 'kysely';
import { better, type Sample, timeAt } from './sample.ts';

export interface DatabaseClockOptions {
  readonly db: AnyDatabase;
  readonly log: Logger;
  readonly metrics?: Metrics | undefined;
  /** Between two measurements, in milliseconds. @default 10 000 */
  readonly everyMs?: number | undefined;
}

/** Of each measurement the quickest of so many counts. */
const tries = 3;
/** One that took longer says too little. */
const longestMs = 1_000;
/** A clock that is wrong by so much is told of. */
const tellMs = 1_000;

/**
 * What time it is by MariaDB, without asking it each time: all replicas agree, whatever their own clocks say. It is
 * measured now and then, and goes on by a clock that nobody sets in between, also while MariaDB is away.
 *
 * It is wrong by half of the quickest round trip at most, and by a tenth of a millisecond for each second since: by half a
 * second at worst while MariaDB answers, and some milliseconds as a rule.
 */
export class DatabaseClock implements Required<Component> {
  readonly name = 'clock of MariaDB';
  readonly #options: DatabaseClockOptions;
  readonly #loop: Loop;
  #sample: Sample | undefined;
  #isToldOff = false;

  constructor(options: DatabaseClockOptions) {
    this.#options = options;
    const { log, metrics, everyMs = 10_000 } = options;
    const round = async () => {
      await this.measure();
      return everyMs;
    };
    this.#loop = new Loop({ name: this.name, log, round });
    metrics?.observableGauge('clock_ahead_seconds', 'By how much the own clock is ahead of that of MariaDB', () => {
      return this.#aheadMs() / 1_000;
    });
  }

  /** Until it was measured for the first time, the own clock. */
  readonly now = (): Date => new Date(this.#sample ? timeAt(this.#sample, performance.now()) : Date.now());

  async start(): Promise<void> {
    this.#loop.start();
  }

  stop(): Promise<void> {
    return this.#loop.stop();
  }

  /** Does nothing while MariaDB is away. */
  async measure(): Promise<void> {
    const samples: Sample[] = [];
    for (let attempt = 0; attempt < tries; attempt += 1) {
      const sample = await this.#ask();
      if (sample) samples.push(sample);
    }
    const [best] = samples.toSorted((one, other) => one.within - other.within);
    if (!best || best.within > longestMs / 2) return;
    this.#sample = better(this.#sample, best);
    this.#tell();
  }

  async #ask(): Promise<Sample | undefined> {
    const asked = performance.now();
    try {
      const { rows } = await sql<{ ms: number }>`
        SELECT CAST(UNIX_TIMESTAMP(NOW(3)) * 1000 AS DOUBLE) AS ms`.execute(this.#options.db.kysely);
      const within = (performance.now() - asked) / 2;
      const [row] = rows;
      return row && { server: row.ms, at: asked + within, within };
    } catch (error) {
      if (isUnavailable(error)) return undefined;
      throw error;
    }
  }

  #aheadMs(): number {
    return this.#sample ? Date.now() - timeAt(this.#sample, performance.now()) : 0;
  }

  #tell(): void {
    const aheadMs = Math.round(this.#aheadMs());
    const isOff = Math.abs(aheadMs) >= tellMs;
    if (isOff && !this.#isToldOff)
      this.#options.log.warn({ aheadMs }, 'the clock of this machine is not that of MariaDB');
    this.#isToldOff = isOff;
  }
}

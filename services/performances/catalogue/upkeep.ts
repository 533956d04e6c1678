import { join } from 'node:path';
import type { Component, Health } from '@ticketaka/platform/lifecycle';
import type { Logger } from '@ticketaka/platform/log';
import { type Database, isUnavailable } from '@ticketaka/platform/mariadb';
import type { Metrics } from '@ticketaka/platform/metrics';
import type { Schema } from '../store/schema.ts';
import type { Catalogue } from './catalogue.ts';
import type { Feed } from './feed.ts';
import type { Freshness } from './freshness.ts';
import { reconcile } from './reconcile.ts';
import type { SeatMaps } from './seat-maps.ts';
import { writeSnapshot } from './snapshot.ts';

/** How often the catalogue is compared with MariaDB, give or take a fifth, and how soon after that failed. */
const compareEveryMs = 30_000;
const compareAgainMs = 1_000;
const snapshotEveryMs = 60_000;
const lookEveryMs = 1_000;
const askEveryMs = 10_000;

/** From time to time, or only until there is a catalogue: to see what the feed does by itself. */
export type Compares = 'always' | 'until complete';

export interface UpkeepOptions {
  readonly catalogue: Catalogue;
  readonly db: () => Pick<Database<Schema>, 'kysely'>;
  readonly feed: Pick<Feed, 'offset' | 'isCurrent'>;
  readonly freshness: Freshness;
  readonly seatMaps: Pick<SeatMaps, 'keep'>;
  readonly snapshotPath: string;
  /** Whether the catalogue came from a snapshot, so that it may be shown before MariaDB was asked. */
  readonly complete: boolean;
  /** When the catalogue is compared with MariaDB, beside after a gap. @default 'always' */
  readonly compares?: Compares | undefined;
  readonly health: Health;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly now: () => Date;
}

export function snapshotPathIn(directory: string): string {
  return join(directory, 'catalogue.snapshot');
}

/** Compares the catalogue with MariaDB from time to time, writes its snapshots, and says how well it is. */
export class Upkeep implements Component {
  readonly name = 'catalogue';
  readonly #options: UpkeepOptions;
  readonly #figures: ReturnType<typeof figures>;
  readonly #timers = new Set<NodeJS.Timeout>();
  #complete: boolean;
  #stopping = false;
  #comparing: Promise<void> | undefined;
  #compareTimer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();
  #looking: Promise<void> = Promise.resolve();
  #mariadbWasUp = false;
  #currentAt: number | undefined;
  #told = false;
  #written: { readonly generation: number; readonly offset: number | undefined } | undefined;

  constructor(options: UpkeepOptions) {
    this.#options = options;
    this.#figures = figures(options);
    this.#complete = options.complete;
    options.health.declare('catalogue');
    if (options.complete) {
      this.#written = this.#state();
      options.health.set('catalogue', 'up');
    } else options.health.set('catalogue', 'down', 'there is no snapshot, and MariaDB was not read yet');
  }

  /** Whether there is a catalogue to show. */
  get complete(): boolean {
    return this.#complete;
  }

  async start(): Promise<void> {
    this.#every(lookEveryMs, () => {
      this.#looking = this.#looking.then(() => this.#look());
    });
    this.#every(snapshotEveryMs, () => this.#write());
    this.#compareIn(0);
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    clearTimeout(this.#compareTimer);
    for (const timer of this.#timers) clearInterval(timer);
    await Promise.allSettled([this.#comparing, this.#looking]);
    this.#write();
    await this.#writing;
  }

  /**
   * Compares now; those who ask while it is under way wait for the next, since the first may have looked before.
   * @throws Unavailable when MariaDB is away
   */
  async compare(): Promise<void> {
    // Those who asked for that one are told how it ended.
    await this.#comparing?.catch(() => undefined);
    this.#comparing ??= this.#compare().finally(() => {
      this.#comparing = undefined;
    });
    await this.#comparing;
  }

  async #compare(): Promise<void> {
    const { catalogue, db, freshness, seatMaps, log, now } = this.#options;
    const startedAt = now().getTime();
    const wasEmpty = !this.#complete;
    const differences = await reconcile(catalogue, db(), now);
    freshness.completeSince(startedAt);
    this.#complete = true;
    this.#options.health.set('catalogue', 'up');
    this.#figures.compared.set(startedAt / 1000);
    const { changed, removed } = differences;
    if (wasEmpty) log.info({ performances: catalogue.size, ms: now().getTime() - startedAt }, 'catalogue built');
    else if (changed + removed > 0) {
      this.#figures.differences.inc(changed + removed);
      log.info(differences, 'MariaDB had what the feed had not brought yet');
    }
    await seatMaps.keep(catalogue.seatMapIds());
    if (wasEmpty) this.#write();
  }

  #compareIn(ms: number): void {
    clearTimeout(this.#compareTimer);
    if (this.#stopping || (this.#complete && this.#options.compares === 'until complete')) return;
    this.#compareTimer = setTimeout(() => void this.#compareOnce(), ms);
  }

  async #compareOnce(): Promise<void> {
    const { log, health } = this.#options;
    try {
      await this.compare();
      this.#told = false;
      this.#compareIn(compareEveryMs * (0.8 + Math.random() * 0.4));
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      if (!this.#complete) health.set('catalogue', 'down', `there is no snapshot, and: ${why}`);
      // That MariaDB is away is said by whoever watches it. Anything else, such as tables that are not there yet, once.
      if (!isUnavailable(error) && !this.#told) {
        this.#told = true;
        log.error({ err: error }, 'the catalogue could not be compared with MariaDB, trying again until it can');
      }
      this.#compareIn(compareAgainMs);
    }
  }

  async #look(): Promise<void> {
    const { freshness, health, log } = this.#options;
    try {
      const { parts } = health.report();
      const mariadbIsUp = parts['mariadb']?.state === 'up';
      freshness.set('mariadb', mariadbIsUp ? 'well' : 'away');
      const connected = parts['rabbitmq']?.state === 'up';
      if (!connected) this.#currentAt = undefined;
      freshness.set('feed', connected && (await this.#feedIsCurrent()) ? 'well' : 'away');
      // What was missed while it was away is to be here soon, not at the next turn.
      if (mariadbIsUp && !this.#mariadbWasUp && !this.#comparing) this.#compareIn(0);
      this.#mariadbWasUp = mariadbIsUp;
    } catch (error) {
      freshness.set('feed', 'away');
      log.error({ err: error }, 'the feed cannot be asked how far it is');
    }
  }

  /** RabbitMQ is asked now and then, and each time while the answer was no. */
  async #feedIsCurrent(): Promise<boolean> {
    const { feed, now } = this.#options;
    const at = now().getTime();
    if (this.#currentAt !== undefined && at - this.#currentAt < askEveryMs) return true;
    this.#currentAt = (await feed.isCurrent()) ? at : undefined;
    return this.#currentAt !== undefined;
  }

  #state() {
    const { catalogue, feed } = this.#options;
    return { generation: catalogue.generation, offset: feed.offset };
  }

  /** Writes a snapshot if there is anything new to write. */
  #write(): void {
    this.#writing = this.#writing.then(() => this.#writeIfNew());
  }

  async #writeIfNew(): Promise<void> {
    const { catalogue, snapshotPath, freshness, log } = this.#options;
    const state = this.#state();
    const { generation, offset } = state;
    if (!this.#complete || (generation === this.#written?.generation && offset === this.#written.offset)) return;
    try {
      await writeSnapshot(snapshotPath, { catalogue, offset, completeAt: freshness.completeAt });
      this.#written = state;
      this.#figures.written.setToCurrentTime();
    } catch (error) {
      log.error({ err: error }, 'the snapshot cannot be written');
    }
  }

  #every(ms: number, run: () => void): void {
    this.#timers.add(setInterval(run, ms));
  }
}

function figures({ metrics, catalogue, freshness }: Pick<UpkeepOptions, 'metrics' | 'catalogue' | 'freshness'>) {
  const { observableGauge } = metrics;
  observableGauge('catalogue_performances', 'Performances in memory', () => catalogue.size);
  // As the answers say it in the same moment.
  observableGauge(
    'catalogue_behind_seconds',
    'Seconds of changes that may be missing, 0 while none are',
    () => freshness.behindSeconds,
  );
  observableGauge(
    'catalogue_changed_timestamp_seconds',
    'When the newest change in here was made',
    () => catalogue.changedAt / 1000,
  );
  return {
    compared: metrics.gauge('catalogue_compared_timestamp_seconds', 'When it was last compared with MariaDB'),
    written: metrics.gauge('catalogue_snapshot_timestamp_seconds', 'When the last snapshot was written'),
    differences: metrics.counter(
      'catalogue_differences_total',
      'Performances that a comparison with MariaDB brought, and not the feed',
    ),
  };
}

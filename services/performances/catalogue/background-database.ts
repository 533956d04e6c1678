import { setTimeout as delay } from 'node:timers/promises';
import type { Component, Health } from '@ticketaka/platform/lifecycle';
import type { Logger } from '@ticketaka/platform/log';
import { type Database, openDatabase, Unavailable } from '@ticketaka/platform/mariadb';
import type { Metrics } from '@ticketaka/platform/metrics';

export interface BackgroundDatabaseOptions {
  readonly url: string;
  readonly log: Logger;
  readonly health: Health;
  readonly metrics: Metrics;
}

/** For one try, in milliseconds, so that a process that stops is not kept. */
const tryMs = 2_000;
const pauseMs = 1_000;
/** One for the comparison, one for a seat map. */
const poolSize = 2;

/**
 * The database of a workload that can do without it: opened in the background, so that the process starts while MariaDB
 * is away, and tried again for ever. Nothing is migrated here.
 */
export class BackgroundDatabase<Schema> implements Component {
  readonly name = 'mariadb';
  readonly #options: BackgroundDatabaseOptions;
  readonly #stopping = new AbortController();
  #opening: Promise<void> = Promise.resolve();
  #database: Database<Schema> | undefined;

  constructor(options: BackgroundDatabaseOptions) {
    this.#options = options;
    options.health.declare('mariadb', { vital: false });
  }

  /** @throws Unavailable when MariaDB was not there yet */
  get database(): Database<Schema> {
    if (!this.#database) throw new Unavailable('MariaDB was not there yet');
    return this.#database;
  }

  async start(): Promise<void> {
    this.#opening = this.#open();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#opening;
    await this.#database?.close();
  }

  async #open(): Promise<void> {
    const { health } = this.#options;
    const log = this.#options.log.child({});
    const { level } = log;
    for (let attempt = 1; !this.#stopping.signal.aborted; attempt += 1) {
      try {
        this.#database = await openDatabase<Schema>({ ...this.#options, log, poolSize, startTimeoutMs: tryMs });
        log.level = level;
        if (attempt > 1) log.info('MariaDB found');
        return;
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        health.set('mariadb', 'down', why);
        if (attempt === 1) log.warn({ err: error }, 'MariaDB cannot be opened, trying again until it can');
        // What further tries have to say is the same.
        log.level = 'error';
      }
      await delay(pauseMs, undefined, { signal: this.#stopping.signal }).catch(() => undefined);
    }
  }
}

import { setTimeout as delay } from 'node:timers/promises';
import { type Connection, type ConnectionConfig, createConnection } from 'mariadb';

export interface WatchOptions {
  readonly connection: ConnectionConfig;
  readonly found: () => void;
  readonly lost: (error: unknown) => void;
  /** After each look, found or not. */
  readonly looked?: () => void;
}

/** How often to ping a server that is there, and how soon to look again for one that is not, in milliseconds. */
const pingEvery = 2_000;
const lookEvery = 250;
const patience = 2_000;

/**
 * Knows whether the server is there, by a connection of its own, so that a busy pool is not taken for a lost server.
 * A failed ping is confirmed by a new connection before the server counts as lost.
 */
export class Watch {
  readonly #options: WatchOptions;
  #connection: Connection | undefined;
  #state: 'unknown' | 'found' | 'lost' = 'unknown';
  #nap = new AbortController();
  #stopped = false;
  #loop: Promise<void> | undefined;

  constructor(options: WatchOptions) {
    this.#options = options;
  }

  /**
   * Looks once, now.
   * @throws the driver's error when the server is not there
   */
  async look(): Promise<void> {
    try {
      await this.#ping();
    } catch (error) {
      this.#drop();
      // The one that was there may only have cut this connection.
      if (this.#state === 'found') return await this.#ping();
      throw error;
    }
  }

  /** Looks from now on, until {@link stop}. */
  start(): void {
    this.#loop ??= this.#run();
  }

  /** Something failed: look now rather than at the next turn. */
  nudge(): void {
    this.#nap.abort();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#nap.abort();
    await this.#loop;
    this.#drop();
  }

  async #run() {
    while (!this.#stopped) {
      try {
        await this.look();
        if (this.#state !== 'found') this.#options.found();
        this.#state = 'found';
      } catch (error) {
        this.#drop();
        if (this.#state !== 'lost' && !this.#stopped) this.#options.lost(error);
        this.#state = 'lost';
      }
      this.#options.looked?.();
      await this.#sleep(this.#state === 'found' ? pingEvery : lookEvery);
    }
  }

  async #sleep(ms: number) {
    if (this.#stopped) return;
    this.#nap = new AbortController();
    // Spread, so that the replicas of a service do not call on a server that just came back in one moment.
    await delay(ms * (0.8 + Math.random() * 0.4), undefined, { signal: this.#nap.signal, ref: false }).catch(
      () => undefined,
    );
  }

  async #ping() {
    this.#connection ??= await this.#connect();
    const connection = this.#connection;
    const limit = new AbortController();
    await Promise.race([
      connection.ping(),
      delay(patience, undefined, { signal: limit.signal }).then(() => {
        throw new Error(`MariaDB did not answer in ${patience} ms`);
      }),
    ]).finally(() => limit.abort());
  }

  async #connect() {
    const connection = await createConnection(this.#options.connection);
    const gone = () => {
      if (this.#connection === connection) this.nudge();
    };
    connection.on('error', gone);
    connection.on('end', gone);
    return connection;
  }

  #drop() {
    const connection = this.#connection;
    this.#connection = undefined;
    connection?.destroy();
  }
}

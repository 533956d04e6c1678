import { setTimeout as delay } from 'node:timers/promises';
import { type ChannelModel, connect } from 'amqplib';
import { backOff } from '../back-off/index.ts';
import type { Health } from '../lifecycle/index.ts';
import type { Logger } from '../log/index.ts';
import { settledWithin } from './settled-within.ts';

export interface ConnectionOptions {
  /** `amqp://user:password@host:port/vhost` */
  readonly url: string;
  /** Shown in RabbitMQ's list of connections. */
  readonly service: string;
  readonly log: Logger;
  readonly health?: Health | undefined;
}

const heartbeatSeconds = 10;
const connectTimeoutMs = 5_000;
const closeTimeoutMs = 1_000;

/** Told of each new connection, and of each time RabbitMQ stops or starts to take messages on it. */
export interface ConnectionListener {
  connected?(model: ChannelModel): void;
  disconnected?(): void;
  blocked?(blocked: boolean): void;
}

/** One connection that is opened again, for ever, until it is closed. */
export class BrokerConnection {
  readonly #options: ConnectionOptions;
  readonly #url: string;
  readonly #listeners = new Set<ConnectionListener>();
  readonly #stop = new AbortController();
  #model: ChannelModel | undefined;
  #reportedLost = false;

  constructor(options: ConnectionOptions) {
    this.#options = options;
    const url = new URL(options.url);
    if (!url.searchParams.has('heartbeat')) url.searchParams.set('heartbeat', String(heartbeatSeconds));
    this.#url = url.href;
  }

  listen(listener: ConnectionListener): () => void {
    this.#listeners.add(listener);
    if (this.#model) listener.connected?.(this.#model);
    return () => this.#listeners.delete(listener);
  }

  /** Resolves after the first attempt, whatever came of it: a process starts while its broker is away. */
  async start(): Promise<void> {
    if (!(await this.#attempt())) void this.#reconnect();
  }

  async close(): Promise<void> {
    this.#stop.abort();
    const model = this.#model;
    this.#model = undefined;
    if (!model) return;
    // It may be lost in the same moment, or hang; then the heartbeat's timer ends the socket.
    await settledWithin(closeTimeoutMs, model.close());
  }

  async #attempt(): Promise<boolean> {
    let model: ChannelModel;
    try {
      model = await connect(this.#url, {
        noDelay: true,
        keepAlive: true,
        timeout: connectTimeoutMs,
        clientProperties: { connection_name: this.#options.service },
      });
    } catch (error) {
      this.#lost(error);
      return false;
    }
    if (this.#stop.signal.aborted) {
      await settledWithin(closeTimeoutMs, model.close());
      return true;
    }
    this.#adopt(model);
    return true;
  }

  #adopt(model: ChannelModel) {
    let cause: unknown;
    model.on('error', (error) => {
      cause = error;
    });
    model.on('close', (error) => {
      if (this.#model !== model) return;
      this.#model = undefined;
      this.#lost(cause ?? error);
      for (const listener of this.#listeners) listener.disconnected?.();
      void this.#reconnect();
    });
    model.on('blocked', () => {
      this.#options.health?.set('rabbitmq', 'down', 'it takes no messages');
      this.#options.log.warn('RabbitMQ takes no messages: it is short of memory or disk');
      for (const listener of this.#listeners) listener.blocked?.(true);
    });
    model.on('unblocked', () => {
      this.#options.health?.set('rabbitmq', 'up');
      this.#options.log.info('RabbitMQ takes messages again');
      for (const listener of this.#listeners) listener.blocked?.(false);
    });
    this.#model = model;
    this.#options.health?.set('rabbitmq', 'up');
    if (this.#reportedLost) this.#options.log.info('RabbitMQ found again');
    this.#reportedLost = false;
    for (const listener of this.#listeners) listener.connected?.(model);
  }

  async #reconnect() {
    for (let attempt = 0; !this.#stop.signal.aborted; attempt += 1) {
      try {
        await delay(backOff(attempt), undefined, { signal: this.#stop.signal });
      } catch {
        return; // Closed while waiting.
      }
      if (await this.#attempt()) return;
    }
  }

  #lost(error: unknown) {
    if (this.#stop.signal.aborted) return;
    const why = error instanceof Error ? error.message || error.name : 'connection closed';
    this.#options.health?.set('rabbitmq', 'down', why);
    if (this.#reportedLost) return;
    this.#reportedLost = true;
    this.#options.log.warn({ err: error }, 'RabbitMQ lost, trying again until it is back');
  }
}

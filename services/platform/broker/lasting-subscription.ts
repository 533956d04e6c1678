import { setTimeout as delay } from 'node:timers/promises';
import type { ChannelModel } from 'amqplib';
import { backOff } from '../back-off/index.ts';
import type { Logger } from '../log/index.ts';
import type { BrokerConnection } from './connection.ts';
import type { Subscription } from './subscription.ts';

export interface LastingSubscriptionOptions {
  readonly connection: BrokerConnection;
  readonly queue: string;
  readonly log: Logger;
  /** Makes a new subscription, and calls `onLost` once when that one ends. */
  readonly open: (model: ChannelModel, onLost: (error: unknown) => void) => Promise<Subscription>;
}

/** A subscription to one queue that is made again after every loss of the connection or the channel. */
export class LastingSubscription {
  readonly #options: LastingSubscriptionOptions;
  readonly #unlisten: () => void;
  readonly #stopping = new AbortController();
  #model: ChannelModel | undefined;
  #subscription: Subscription | undefined;
  #subscribing: Promise<void> = Promise.resolve();

  constructor(options: LastingSubscriptionOptions) {
    this.#options = options;
    this.#unlisten = options.connection.listen({
      connected: (model) => {
        this.#model = model;
        this.#subscribing = this.#subscribe(model);
      },
      disconnected: () => {
        this.#model = undefined;
        this.#subscription = undefined;
      },
    });
  }

  /** The connection, unless it is lost. */
  get model(): ChannelModel | undefined {
    return this.#model;
  }

  /** Aborted by {@link cancel}. */
  get stopping(): AbortSignal {
    return this.#stopping.signal;
  }

  /** Resolves once the queue is being consumed. With the broker away there is nothing to wait for. */
  ready(): Promise<void> {
    return this.#subscribing;
  }

  /** Ends it: no more messages. Those at hand can be settled until the subscription that it gives is closed. */
  async cancel(): Promise<Subscription | undefined> {
    this.#unlisten();
    this.#stopping.abort();
    await this.#subscribing;
    await this.#subscription?.cancel();
    return this.#subscription;
  }

  async #subscribe(model: ChannelModel) {
    const { log, queue, open } = this.#options;
    const current = () => this.#model === model && !this.#stopping.signal.aborted;
    for (let attempt = 0; current(); attempt += 1) {
      try {
        // With a connection its channels close first, in the same turn.
        this.#subscription = await open(model, (error) => queueMicrotask(() => this.#resubscribe(model, error)));
        if (attempt > 0) log.info({ queue }, 'consuming again');
        return;
      } catch (error) {
        if (!current()) return;
        if (attempt === 0) log.error({ err: error, queue }, 'cannot consume, trying again until it works');
        await delay(backOff(attempt), undefined, { signal: this.#stopping.signal }).catch(() => undefined);
      }
    }
  }

  #resubscribe(model: ChannelModel, error: unknown) {
    if (this.#model !== model || this.#stopping.signal.aborted) return;
    const { log, queue } = this.#options;
    log.warn({ err: error, queue }, 'RabbitMQ ended the subscription, making another');
    this.#subscription = undefined;
    this.#subscribing = this.#subscribe(model);
  }
}

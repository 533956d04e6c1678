import { setTimeout as delay } from 'node:timers/promises';
import type { ChannelModel, ConsumeMessage } from 'amqplib';
import { backOff } from '../back-off/index.ts';
import type { Message } from '../contract/index.ts';
import type { Counter } from '../metrics/index.ts';
import type { BrokerConnection } from './connection.ts';
import { type DeliveryOptions, deliver } from './delivery.ts';
import { settledWithin } from './settled-within.ts';
import { Subscription } from './subscription.ts';

/** A queue that is being consumed. */
export interface Consumer {
  /** Takes no more messages, and waits for those at hand. What does not finish in time is delivered again. */
  stop(): Promise<void>;
}

export interface ConsumerOptions<M extends Message> extends Omit<DeliveryOptions<M>, 'abandoned'> {
  readonly connection: BrokerConnection;
  readonly consumed?: Counter<'queue' | 'verdict'> | undefined;
  /** Milliseconds for handlers to finish when the consumer stops. @default 10 000 */
  readonly drainMs?: number | undefined;
}

/** Where a message came from. */
interface Origin {
  readonly subscription: Promise<Subscription>;
  readonly lost: AbortSignal;
}

/** Consumes one queue for as long as it is not stopped, through every loss of the connection or the channel. */
export class QueueConsumer<M extends Message> implements Consumer {
  readonly #options: ConsumerOptions<M>;
  readonly #unlisten: () => void;
  readonly #stopping = new AbortController();
  readonly #inFlight = new Set<Promise<void>>();
  #model: ChannelModel | undefined;
  #subscription: Subscription | undefined;
  #subscribing: Promise<void> = Promise.resolve();
  #stopped: Promise<void> | undefined;

  constructor(options: ConsumerOptions<M>) {
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

  /** Resolves once the queue is being consumed. With the broker away there is nothing to wait for. */
  ready(): Promise<void> {
    return this.#subscribing;
  }

  stop(): Promise<void> {
    return (this.#stopped ??= this.#stop());
  }

  async #stop() {
    this.#unlisten();
    this.#stopping.abort();
    await this.#subscribing;
    const subscription = this.#subscription;
    await subscription?.cancel();
    const { drainMs = 10_000 } = this.#options;
    await settledWithin(drainMs, Promise.allSettled(this.#inFlight));
    await subscription?.close();
  }

  async #subscribe(model: ChannelModel) {
    const { log, consumption } = this.#options;
    const { queue } = consumption;
    const current = () => this.#model === model && !this.#stopping.signal.aborted;
    for (let attempt = 0; current(); attempt += 1) {
      try {
        this.#subscription = await this.#open(model);
        if (attempt > 0) log.info({ queue }, 'consuming again');
        return;
      } catch (error) {
        if (!current()) return;
        if (attempt === 0) log.error({ err: error, queue }, 'cannot consume, trying again until it works');
        await delay(backOff(attempt), undefined, { signal: this.#stopping.signal }).catch(() => undefined);
      }
    }
  }

  async #open(model: ChannelModel): Promise<Subscription> {
    const { consumption } = this.#options;
    const lost = new AbortController();
    const subscription: Promise<Subscription> = Subscription.open(model, consumption, {
      onMessage: (message) => this.#take(message, { subscription, lost: lost.signal }),
      onLost: (error) => {
        lost.abort();
        // With a connection its channels close first, in the same turn.
        queueMicrotask(() => this.#resubscribe(model, error));
      },
    });
    return await subscription;
  }

  #resubscribe(model: ChannelModel, error: unknown) {
    if (this.#model !== model || this.#stopping.signal.aborted) return;
    const { log, consumption } = this.#options;
    log.warn({ err: error, queue: consumption.queue }, 'RabbitMQ ended the subscription, making another');
    this.#subscription = undefined;
    this.#subscribing = this.#subscribe(model);
  }

  #take(message: ConsumeMessage, from: Origin) {
    const handling = this.#settle(message, from).finally(() => this.#inFlight.delete(handling));
    this.#inFlight.add(handling);
  }

  async #settle(message: ConsumeMessage, from: Origin) {
    const { consumption, consumed, log } = this.#options;
    const { queue } = consumption;
    try {
      const abandoned = [this.#stopping.signal, from.lost];
      const verdict = await deliver(message, { ...this.#options, abandoned });
      const subscription = await from.subscription;
      if (verdict === 'ack') subscription.ack(message);
      if (verdict === 'requeue') subscription.requeue(message);
      consumed?.inc({ queue, verdict });
    } catch (error) {
      log.error({ err: error, queue }, 'a message could not be settled and will be delivered again');
    }
  }
}

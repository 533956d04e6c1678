import type { ChannelModel, ConsumeMessage } from 'amqplib';
import type { Message } from '../contract/index.ts';
import type { Counter } from '../metrics/index.ts';
import type { BrokerConnection } from './connection.ts';
import { type DeliveryOptions, deliver } from './delivery.ts';
import { LastingSubscription, type LastingSubscriptionOptions } from './lasting-subscription.ts';
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
  readonly #lasting: LastingSubscription;
  readonly #inFlight = new Set<Promise<void>>();
  #stopped: Promise<void> | undefined;

  constructor(options: ConsumerOptions<M>) {
    this.#options = options;
    const { connection, log, consumption } = options;
    const open: LastingSubscriptionOptions['open'] = (model, onLost) => this.#open(model, onLost);
    this.#lasting = new LastingSubscription({ connection, log, queue: consumption.queue, open });
  }

  /** Resolves once the queue is being consumed. With the broker away there is nothing to wait for. */
  ready(): Promise<void> {
    return this.#lasting.ready();
  }

  stop(): Promise<void> {
    return (this.#stopped ??= this.#stop());
  }

  async #stop() {
    const subscription = await this.#lasting.cancel();
    const { drainMs = 10_000 } = this.#options;
    await settledWithin(drainMs, Promise.allSettled(this.#inFlight));
    await subscription?.close();
  }

  async #open(model: ChannelModel, onLost: (error: unknown) => void): Promise<Subscription> {
    const { consumption } = this.#options;
    const lost = new AbortController();
    const subscription: Promise<Subscription> = Subscription.open(model, consumption, {
      onMessage: (message) => this.#take(message, { subscription, lost: lost.signal }),
      onLost: (error) => {
        lost.abort();
        onLost(error);
      },
    });
    return await subscription;
  }

  #take(message: ConsumeMessage, from: Origin) {
    const handling = this.#settle(message, from).finally(() => this.#inFlight.delete(handling));
    this.#inFlight.add(handling);
  }

  async #settle(message: ConsumeMessage, from: Origin) {
    const { consumption, consumed, log } = this.#options;
    const { queue } = consumption;
    try {
      const abandoned = [this.#lasting.stopping, from.lost];
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

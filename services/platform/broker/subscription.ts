import type { Channel, ChannelModel, ConsumeMessage } from 'amqplib';
import { settledWithin } from './settled-within.ts';

/** For RabbitMQ's answer when something ends. One that hangs must not keep a process from stopping. */
const answerMs = 1_000;

export interface SubscriptionEvents {
  readonly onMessage: (message: ConsumeMessage) => void;
  /** Called once when RabbitMQ ended it, not when {@link Subscription.close} did. */
  readonly onLost: (error: unknown) => void;
}

export interface SubscriptionSource {
  readonly queue: string;
  readonly prefetch: number;
  /** Of `basic.consume`. */
  readonly arguments?: Readonly<Record<string, unknown>>;
}

/** One `basic.consume` on a channel of its own. */
export class Subscription {
  readonly #channel: Channel;
  #tag: string | undefined;
  #open = true;
  #closing = false;

  /** @throws when the queue is not there or not ours to read */
  static async open(
    model: ChannelModel,
    { queue, prefetch, arguments: settings }: SubscriptionSource,
    events: SubscriptionEvents,
  ) {
    const channel = await model.createChannel();
    const subscription = new Subscription(channel, events);
    try {
      // A service may not configure anything: it looks whether the queue is there, and never declares it.
      await channel.checkQueue(queue);
      await channel.prefetch(prefetch);
      const consumer = await channel.consume(
        queue,
        (message) => {
          if (message) events.onMessage(message);
          // The queue was deleted, or its node left.
          else void channel.close().catch(() => undefined);
        },
        { arguments: settings },
      );
      subscription.#tag = consumer.consumerTag;
      return subscription;
    } catch (error) {
      await subscription.close();
      throw error;
    }
  }

  private constructor(channel: Channel, events: SubscriptionEvents) {
    this.#channel = channel;
    let cause: unknown;
    channel.on('error', (error) => {
      cause = error;
    });
    channel.on('close', () => {
      this.#open = false;
      if (this.#tag !== undefined && !this.#closing) events.onLost(cause);
    });
  }

  /** No further messages after this. */
  async cancel(): Promise<void> {
    this.#closing = true;
    // A channel that was lost in the meantime delivers nothing either.
    if (this.#open && this.#tag !== undefined) await settledWithin(answerMs, this.#channel.cancel(this.#tag));
  }

  /** Messages that were not settled go back to the queue. */
  async close(): Promise<void> {
    this.#closing = true;
    if (this.#open) await settledWithin(answerMs, this.#channel.close()); // As in cancel().
  }

  /** Does nothing once the channel is gone: the message has gone back to the queue by itself. */
  ack(message: ConsumeMessage): void {
    if (this.#open) this.#channel.ack(message);
  }

  /** Back into the queue. `reject` and never `nack`, which since RabbitMQ 4.3 does not count as a delivery. */
  requeue(message: ConsumeMessage): void {
    if (this.#open) this.#channel.reject(message, true);
  }
}

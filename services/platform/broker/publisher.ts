import { setTimeout as delay } from 'node:timers/promises';
import type { ChannelModel } from 'amqplib';
import { backOff } from '../back-off/index.ts';
import type { Logger } from '../log/index.ts';
import type { Counter, Metrics } from '../metrics/index.ts';
import { ConfirmChannel, type OutgoingMessage } from './confirm-channel.ts';
import type { BrokerConnection } from './connection.ts';
import { PublishError } from './errors.ts';
import { Gate } from './gate.ts';
import { settledWithin } from './settled-within.ts';
import { Slots } from './slots.ts';

export interface PublisherOptions {
  readonly connection: BrokerConnection;
  readonly log: Logger;
  readonly metrics?: Metrics | undefined;
  /** Messages sent and not yet confirmed. @default 256 */
  readonly window?: number | undefined;
  /** Milliseconds for a confirm to arrive. @default 5000 */
  readonly confirmTimeoutMs?: number | undefined;
  /** Milliseconds after losing the broker during which publishers still wait for it. @default 2000 */
  readonly patienceMs?: number | undefined;
}

/**
 * Publishes with confirms: pipelined up to the window, persistent, mandatory. A promise that resolves means that the
 * broker has the message on disk in every queue that is bound for it.
 */
export class Publisher {
  readonly #log: Logger;
  readonly #confirmTimeoutMs: number;
  readonly #published: Counter<'outcome'> | undefined;
  readonly #slots: Slots;
  readonly #gate: Gate;
  readonly #pending = new Set<Promise<void>>();
  #model: ChannelModel | undefined;
  #channel: ConfirmChannel | undefined;
  #blocked = false;
  #full = false;
  #closing = false;

  constructor(options: PublisherOptions) {
    this.#log = options.log;
    this.#confirmTimeoutMs = options.confirmTimeoutMs ?? 5_000;
    this.#slots = new Slots(options.window ?? 256);
    this.#gate = new Gate(options.patienceMs ?? 2_000);
    const help = 'Messages published, by what became of them';
    this.#published = options.metrics?.counter('broker_published_total', help, ['outcome']);
    options.connection.listen({
      connected: (model) => {
        this.#model = model;
        this.#blocked = false;
        void this.#open(model);
      },
      disconnected: () => {
        this.#model = undefined;
        this.#setChannel(undefined);
      },
      blocked: (blocked) => {
        this.#blocked = blocked;
        this.#setGate();
      },
    });
  }

  /** @throws PublishError */
  async publish(message: OutgoingMessage): Promise<void> {
    const sending = this.#send(message);
    this.#pending.add(sending);
    try {
      await sending;
      this.#published?.inc({ outcome: 'confirmed' });
    } catch (error) {
      this.#published?.inc({ outcome: error instanceof PublishError ? error.failure : 'unknown' });
      throw error;
    } finally {
      this.#pending.delete(sending);
    }
  }

  /** Publishes all of them, pipelined. The results are in the order of the messages. */
  publishBatch(messages: readonly OutgoingMessage[]): Promise<PromiseSettledResult<void>[]> {
    return Promise.allSettled(messages.map((message) => this.publish(message)));
  }

  /** Takes no more, and waits until every message in flight is confirmed or has timed out. */
  async close(): Promise<void> {
    this.#closing = true;
    this.#gate.closeForEver();
    await Promise.allSettled(this.#pending);
    const channel = this.#channel;
    this.#channel = undefined;
    if (channel) await settledWithin(1_000, channel.close());
  }

  async #send(message: OutgoingMessage): Promise<void> {
    const release = await this.#slots.take();
    try {
      // A caller that was let through may find the gate closed again by one who was let through with it.
      for (;;) {
        if (!(await this.#gate.pass())) throw new PublishError('unavailable', this.#reason());
        const channel = this.#channel;
        if (channel && !this.#blocked && !this.#full) return await channel.send(message);
      }
    } finally {
      release();
    }
  }

  async #open(model: ChannelModel, attempt = 0): Promise<void> {
    if (attempt > 0) await delay(backOff(attempt), undefined, { ref: false });
    if (this.#model !== model || this.#closing) return;
    try {
      let opened: ConfirmChannel | undefined;
      opened = await ConfirmChannel.open(model, this.#confirmTimeoutMs, {
        full: (full) => {
          this.#full = full;
          this.#setGate();
        },
        closed: (error) => {
          if (!opened || this.#channel !== opened) return;
          this.#setChannel(undefined);
          // With a connection its channels close first, in the same turn.
          queueMicrotask(() => this.#reopen(model, error));
        },
      });
      this.#full = false;
      this.#setChannel(opened);
    } catch (error) {
      if (this.#model !== model) return; // The connection was lost, and says so itself.
      this.#log.error({ err: error }, 'no channel for publishing, trying again');
      void this.#open(model, attempt + 1);
    }
  }

  #reopen(model: ChannelModel, error: unknown) {
    if (this.#model !== model || this.#closing) return;
    // RabbitMQ closes a channel over an exchange that is missing or not ours to write.
    this.#log.error({ err: error }, 'RabbitMQ closed the channel for publishing, opening another');
    void this.#open(model, 1);
  }

  #setChannel(channel: ConfirmChannel | undefined) {
    this.#channel = channel;
    this.#setGate();
  }

  #setGate() {
    if (this.#closing) return;
    if (this.#channel && !this.#blocked && !this.#full) this.#gate.open();
    else this.#gate.close();
  }

  #reason() {
    if (this.#closing) return 'the publisher is closed';
    if (this.#blocked) return 'RabbitMQ takes no messages';
    return 'RabbitMQ is away';
  }
}

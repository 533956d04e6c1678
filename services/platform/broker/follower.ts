import { setTimeout as delay } from 'node:timers/promises';
import type { ChannelModel, ConsumeMessage } from 'amqplib';
import { backOff } from '../back-off/index.ts';
import type { Following, Message } from '../contract/index.ts';
import type { Logger } from '../log/index.ts';
import type { Counter } from '../metrics/index.ts';
import { withTrace } from '../telemetry/index.ts';
import type { BrokerConnection } from './connection.ts';
import type { Consumer } from './consumer.ts';
import type { ReceivedEvent } from './delivery.ts';
import { parseEnvelope } from './envelope.ts';
import { BrokerAway, Poison } from './errors.ts';
import { LastingSubscription, type LastingSubscriptionOptions } from './lasting-subscription.ts';
import { settledWithin } from './settled-within.ts';
import { offsetOf, streamEnd, streamStart } from './stream-end.ts';
import { Subscription } from './subscription.ts';

/** A message of a stream as a handler sees it. */
export type FollowedEvent<M extends Message = Message> = Omit<ReceivedEvent<M>, 'deliveryCount'> & {
  /** Its place in the stream. Grows from message to message, not always by one: RabbitMQ counts notes of its own too. */
  readonly offset: number;
};

/**
 * Where to begin.
 * - `first`: with the oldest message that is kept
 * - `next`: with the first message after RabbitMQ was asked. What is published while it is away, at the start, is not
 *   seen; a timestamp has no such hole
 * - an offset: with that message, the one after the last that was handled
 * - a timestamp: with messages about as old; RabbitMQ goes by chunks, so that some older ones may come too
 */
export type FollowFrom = 'first' | 'next' | { readonly offset: number } | { readonly timestamp: Date };

/** Messages that were to be read are no longer there: the stream dropped them by its age, or it is a new one. */
export interface Gap {
  /** The offset that was to be read next. */
  readonly asked: number;
  /** The first that is there instead; 0 when the stream is new. */
  readonly found: number;
}

export interface FollowOptions {
  readonly from: FollowFrom;
  /**
   * Called before any message after the gap is handled, and again, later, when it throws: the state that the messages
   * build is to be read anew from where it is kept.
   */
  readonly onGap?: (gap: Gap) => Promise<void>;
}

export type FollowHandler<M extends Message> = (event: FollowedEvent<M>) => Promise<void>;

export interface Position {
  readonly offset: number;
  /** When it was published, or, of poison without a time, the one before. */
  readonly time: Date | undefined;
}

/** A stream that is being read. */
export interface Follower extends Consumer {
  /** Of the last message that was handled, or skipped as poison. */
  readonly position: Position | undefined;
  /**
   * At most how many messages of the stream are not handled yet, 0 at its end; undefined as long as a timestamp has led to none.
   * Asks RabbitMQ, so not for every request.
   * @throws BrokerAway
   */
  behind(): Promise<number | undefined>;
}

interface FollowerOptions<M extends Message> extends FollowOptions {
  readonly following: Required<Following> & { readonly message: M };
  readonly handler: FollowHandler<M>;
  readonly connection: BrokerConnection;
  readonly log: Logger;
  readonly consumed?: Counter<'queue' | 'verdict'> | undefined;
  readonly drainMs?: number | undefined;
}

interface Origin {
  readonly model: ChannelModel;
  readonly subscription: Promise<Subscription>;
  /** Aborted when it cannot be acknowledged any more: it will be delivered again. */
  readonly abandoned: AbortSignal;
}

type Verdict = 'ack' | 'skip' | 'leave';

interface Work {
  readonly work: () => Promise<void>;
  readonly what: string;
  /** @default as often as it takes */
  readonly tries?: number;
  readonly abandoned: AbortSignal;
}

/** Messages that RabbitMQ sends ahead of the one that is handled. */
const prefetch = 200;
/** A handler's own failures in a row with one message before it is skipped: one bug must not end the whole feed. */
const tries = 5;
/** A stream that had messages is empty only if it was made anew; its node may still be starting. */
const surelyEmptyMs = 10_000;

/**
 * Reads a stream in its order, one message at a time, through every loss of the connection: from the message after the
 * last that was handled. A message may come twice when the connection breaks while it is handled.
 */
export class StreamFollower<M extends Message> implements Follower {
  readonly #options: FollowerOptions<M>;
  readonly #lasting: LastingSubscription;
  /** One after the other, whatever subscription they came by. */
  #handling: Promise<void> = Promise.resolve();
  /** The offset to read next, once it is known. */
  #next: number | undefined;
  /** Not told yet. */
  #gap: Gap | undefined;
  #position: Position | undefined;
  #stopped: Promise<void> | undefined;

  constructor(options: FollowerOptions<M>) {
    this.#options = options;
    const { connection, log, following, from } = options;
    if (typeof from === 'object' && 'offset' in from) this.#next = from.offset;
    const open: LastingSubscriptionOptions['open'] = (model, onLost) => this.#open(model, onLost);
    this.#lasting = new LastingSubscription({ connection, log, queue: following.stream, open });
  }

  get position(): Position | undefined {
    return this.#position;
  }

  async behind(): Promise<number | undefined> {
    const { model } = this.#lasting;
    if (!model) throw new BrokerAway('RabbitMQ is away');
    const end = await streamEnd(model, this.#options.following.stream).catch((cause: unknown) => {
      throw new BrokerAway('RabbitMQ did not say how long the stream is', { cause });
    });
    const { from } = this.#options;
    if (this.#next === undefined) return from === 'first' ? end : undefined;
    return Math.max(0, end - this.#next);
  }

  /** Resolves once the stream is being read. With the broker away there is nothing to wait for. */
  ready(): Promise<void> {
    return this.#lasting.ready();
  }

  stop(): Promise<void> {
    return (this.#stopped ??= this.#stop());
  }

  async #stop() {
    const subscription = await this.#lasting.cancel();
    await settledWithin(this.#options.drainMs ?? 10_000, this.#handling);
    await subscription?.close();
  }

  async #open(model: ChannelModel, onLost: (error: unknown) => void): Promise<Subscription> {
    const { stream } = this.#options.following;
    const offset = await this.#start(model);
    const lost = new AbortController();
    const abandoned = AbortSignal.any([lost.signal, this.#lasting.stopping]);
    if (this.#gap) this.#enqueue(async () => void (await this.#tellGap(abandoned)));
    let first = true;
    const subscription: Promise<Subscription> = Subscription.open(
      model,
      { queue: stream, prefetch, arguments: { 'x-stream-offset': offset } },
      {
        onMessage: (message) => {
          const from = { model, subscription, abandoned };
          if (first) this.#enqueue(() => this.#compare(message, from));
          first = false;
          this.#enqueue(() => this.#take(message, from));
        },
        onLost: (error) => {
          lost.abort();
          onLost(error);
        },
      },
    );
    return await subscription;
  }

  /** What RabbitMQ is asked to begin with. */
  async #start(model: ChannelModel): Promise<unknown> {
    const { from, following } = this.#options;
    if (this.#next === undefined && from === 'next') this.#next = await streamEnd(model, following.stream);
    if (this.#next === undefined) {
      // AMQP counts time in seconds.
      return typeof from === 'object' && 'timestamp' in from
        ? { '!': 'timestamp', value: Math.floor(from.timestamp.getTime() / 1000) }
        : 'first';
    }
    if (this.#next > 0 && this.#next > (await streamEnd(model, following.stream, surelyEmptyMs))) {
      // A new stream. RabbitMQ would keep silent until it is as long as the old one was.
      this.#gap = { asked: this.#next, found: 0 };
      this.#next = 0;
    }
    return this.#next;
  }

  #enqueue(work: () => Promise<void>) {
    const { log, following } = this.#options;
    this.#handling = this.#handling.then(work).catch((error: unknown) => {
      log.error({ err: error, queue: following.stream }, 'a message of the stream could not be settled');
    });
  }

  /** A subscription that begins later than asked has lost something, unless RabbitMQ still has what was asked for. */
  async #compare(message: ConsumeMessage, { model, abandoned }: Origin) {
    const offset = offsetOf(message);
    if (this.#next === undefined || offset <= this.#next || abandoned.aborted) return;
    // If it cannot be known, it is taken to be lost.
    const oldest = await streamStart(model, this.#options.following.stream).catch(() => offset);
    if (oldest > this.#next) this.#gap = { asked: this.#next, found: offset };
  }

  async #take(message: ConsumeMessage, { subscription, abandoned }: Origin) {
    if (abandoned.aborted) return;
    const { following, consumed } = this.#options;
    const offset = offsetOf(message);
    if (this.#gap && !(await this.#tellGap(abandoned))) return;
    // Handled already, when it came by the subscription before.
    if (this.#next === undefined || offset >= this.#next) {
      const verdict = await this.#handle(message, offset, abandoned);
      if (verdict === 'leave') return;
      consumed?.inc({ queue: following.stream, verdict });
      this.#next = offset + 1;
    }
    (await subscription).ack(message);
  }

  /** @returns whether it was told */
  async #tellGap(abandoned: AbortSignal): Promise<boolean> {
    const { log, following, onGap } = this.#options;
    const gap = this.#gap;
    if (!gap || abandoned.aborted) return !gap;
    log.warn({ queue: following.stream, ...gap }, 'messages of the stream are no longer there');
    const told = await this.#persist({ work: async () => onGap?.(gap), what: 'the gap', abandoned });
    if (told === 'leave') return false;
    this.#gap = undefined;
    return true;
  }

  async #handle(message: ConsumeMessage, offset: number, abandoned: AbortSignal): Promise<Verdict> {
    const { following, handler } = this.#options;
    let time = this.#position?.time;
    const work = async () => {
      const envelope = parseEnvelope(following.message, message.content);
      time = new Date(envelope.time);
      await withTrace(envelope.traceparent, () => handler({ ...envelope, offset }));
    };
    const verdict = await this.#persist({ work, what: `message ${offset}`, tries, abandoned });
    if (verdict !== 'leave') this.#position = { offset, time };
    return verdict;
  }

  /**
   * Works until it succeeds. Poison is skipped, and so is what failed too often; what failed because something is away
   * (`unavailable: true`) waits for as long as that takes.
   */
  async #persist({ work, what, tries: most, abandoned }: Work): Promise<Verdict> {
    const { log, following } = this.#options;
    const fields = { queue: following.stream, what };
    for (let attempt = 0, failures = 0; ; attempt += 1) {
      try {
        await work();
        return 'ack';
      } catch (error) {
        const away = error instanceof Error && 'unavailable' in error && error.unavailable === true;
        if (!away) failures += 1;
        if (most !== undefined && (error instanceof Poison || failures >= most)) {
          log.error({ ...fields, err: error }, 'a message of the stream is skipped');
          return 'skip';
        }
        if (attempt === 0) log.warn({ ...fields, err: error }, 'a message of the stream waits to be handled again');
        // Its rejection is the abort.
        await delay(backOff(attempt), undefined, { signal: abandoned }).catch(() => undefined);
        if (abandoned.aborted) return 'leave';
      }
    }
  }
}

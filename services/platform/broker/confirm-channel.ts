import type { ConfirmChannel as AmqpConfirmChannel, Message as AmqpMessage, ChannelModel } from 'amqplib';
import { envelopeType } from './envelope.ts';
import { PublishError } from './errors.ts';

/** A message that is ready for the wire. */
export interface OutgoingMessage {
  readonly exchange: string;
  readonly routingKey: string;
  /** The AMQP message id: consumers drop a second message with the same one. */
  readonly id: string;
  /** A CloudEvents envelope as JSON. */
  readonly body: string | Buffer;
  readonly headers?: Readonly<Record<string, unknown>> | undefined;
  /** @default CloudEvents' JSON */
  readonly contentType?: string | undefined;
}

export interface ConfirmChannelEvents {
  /** The socket takes no more for now, or takes more again. */
  readonly full: (full: boolean) => void;
  readonly closed: (error: unknown) => void;
}

interface InFlight {
  readonly message: OutgoingMessage;
  returned: boolean;
}

/** One channel in confirm mode, with `mandatory` publishing and a deadline for each confirm. */
export class ConfirmChannel {
  readonly #channel: AmqpConfirmChannel;
  readonly #confirmTimeoutMs: number;
  /** By message id. RabbitMQ returns a message before it confirms it, and a return carries no delivery tag. */
  readonly #inFlight = new Map<string, InFlight[]>();
  readonly #full: (full: boolean) => void;
  /** Why RabbitMQ closed the channel. */
  #cause: unknown;

  static async open(model: ChannelModel, confirmTimeoutMs: number, events: ConfirmChannelEvents) {
    const channel = await model.createConfirmChannel();
    return new ConfirmChannel(channel, confirmTimeoutMs, events);
  }

  private constructor(channel: AmqpConfirmChannel, confirmTimeoutMs: number, events: ConfirmChannelEvents) {
    this.#channel = channel;
    this.#confirmTimeoutMs = confirmTimeoutMs;
    this.#full = events.full;
    channel.on('error', (error) => {
      this.#cause = error;
    });
    channel.on('close', () => events.closed(this.#cause));
    channel.on('drain', () => events.full(false));
    channel.on('return', (message) => this.#onReturn(message));
  }

  /** @throws PublishError: `unknown`, `refused` or `unroutable` */
  async send(message: OutgoingMessage): Promise<void> {
    const entry: InFlight = { message, returned: false };
    const same = this.#inFlight.get(message.id);
    if (same) same.push(entry);
    else this.#inFlight.set(message.id, [entry]);
    try {
      await this.#confirmed(message);
    } finally {
      this.#forget(entry);
    }
    if (entry.returned) throw new PublishError('unroutable', `no queue takes ${routeOf(message)}`);
  }

  async close(): Promise<void> {
    await this.#channel.close();
  }

  #confirmed(message: OutgoingMessage): Promise<void> {
    const body = typeof message.body === 'string' ? Buffer.from(message.body) : message.body;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        reject(new PublishError('unknown', `no confirm for ${routeOf(message)} in ${this.#confirmTimeoutMs} ms`));
      }, this.#confirmTimeoutMs);
      const onConfirm = (error: unknown) => {
        clearTimeout(timer);
        if (error === null) resolve();
        else reject(this.#failureOf(error, message));
      };
      try {
        const { exchange, routingKey, id, headers, contentType = envelopeType } = message;
        const options = { mandatory: true, persistent: true, messageId: id, contentType, headers: { ...headers } };
        if (!this.#channel.publish(exchange, routingKey, body, options, onConfirm)) this.#full(true);
      } catch (error) {
        // amqplib throws when the channel closed in the same turn: nothing was sent.
        clearTimeout(timer);
        reject(new PublishError('unavailable', 'the channel is closed', { cause: error }));
      }
    });
  }

  #failureOf(error: unknown, message: OutgoingMessage) {
    // amqplib tells the cases apart by their words only.
    if (error instanceof Error && error.message === 'message nacked') {
      return new PublishError('refused', `RabbitMQ refused ${routeOf(message)}`, { cause: error });
    }
    const cause = this.#cause ?? error;
    // One message that may not be published takes the channel with it: the others are to be tried again, it is not.
    return isAbout(cause, message)
      ? new PublishError('unroutable', `RabbitMQ has no place for ${routeOf(message)}`, { cause })
      : new PublishError('unknown', `the channel closed before ${routeOf(message)} was confirmed`, { cause });
  }

  #onReturn({ fields, properties }: AmqpMessage) {
    const { exchange, routingKey } = fields;
    const entry = this.#inFlight
      .get(String(properties.messageId))
      ?.find(
        ({ message, returned }) => !returned && message.exchange === exchange && message.routingKey === routingKey,
      );
    if (entry) entry.returned = true;
  }

  #forget(entry: InFlight) {
    const { id } = entry.message;
    const others = this.#inFlight.get(id)?.filter((other) => other !== entry) ?? [];
    if (others.length > 0) this.#inFlight.set(id, others);
    else this.#inFlight.delete(id);
  }
}

function routeOf({ exchange, routingKey }: OutgoingMessage) {
  return `${routingKey} of exchange ${exchange}`;
}

/**
 * Whether RabbitMQ closed the channel over this exchange, or this routing key on it: `no exchange 'a' in vhost`,
 * `access to exchange 'a' in vhost`, `access to topic 'b' in exchange 'a' in vhost`.
 */
function isAbout(cause: unknown, { exchange, routingKey }: OutgoingMessage) {
  if (!(cause instanceof Error) || !cause.message.includes(`exchange '${exchange}'`)) return false;
  return !cause.message.includes("to topic '") || cause.message.includes(`to topic '${routingKey}'`);
}

import type { z } from 'zod';
import type { Consumption, Following, Message, Service } from '../contract/index.ts';
import type { Health } from '../lifecycle/index.ts';
import type { Logger } from '../log/index.ts';
import type { Metrics } from '../metrics/index.ts';
import type { OutgoingMessage } from './confirm-channel.ts';
import { BrokerConnection } from './connection.ts';
import { type Consumer, QueueConsumer } from './consumer.ts';
import type { Handler } from './delivery.ts';
import { createEnvelope, type EnvelopeOptions } from './envelope.ts';
import { type Follower, type FollowHandler, type FollowOptions, StreamFollower } from './follower.ts';
import { Publisher } from './publisher.ts';

export interface BrokerOptions {
  /** `amqp://user:password@host:port/vhost` */
  readonly url: string;
  /** Who publishes and consumes. */
  readonly service: string;
  readonly log: Logger;
  readonly health?: Health | undefined;
  readonly metrics?: Metrics | undefined;
  /**
   * Whether the process is out of service while RabbitMQ is away. With an outbox it is not: what it would publish
   * waits in its database. @default false
   */
  readonly vital?: boolean | undefined;
  /** Messages sent and not yet confirmed. @default 256 */
  readonly window?: number | undefined;
  /** Milliseconds for a confirm to arrive. @default 5000 */
  readonly confirmTimeoutMs?: number | undefined;
  /** Milliseconds after losing RabbitMQ during which publishers still wait for it. @default 2000 */
  readonly patienceMs?: number | undefined;
  /** Milliseconds for handlers to finish when a consumer stops. @default 10 000 */
  readonly drainMs?: number | undefined;
}

export type PublishOptions = Omit<EnvelopeOptions, 'service'>;

/** RabbitMQ, through one connection that comes back by itself. */
export interface Broker {
  /**
   * Publishes one message to its owner's exchange and waits for the confirm. A pipeline of many calls is fast, an await
   * on each is not.
   * @throws PublishError, or ZodError when the data breaks the message's schema
   */
  publish<M extends Message>(message: M, data: z.input<M['data']>, options?: PublishOptions): Promise<void>;
  /** Publishes finished envelopes, for the outbox. The results are in the order of the messages. */
  publishBatch(messages: readonly OutgoingMessage[]): Promise<PromiseSettledResult<void>[]>;
  /** Hands each message of the queue to the handler, up to `prefetch` of them at once. */
  consume<M extends Message>(
    consumption: Required<Consumption> & { readonly message: M },
    handler: Handler<M>,
  ): Promise<Consumer>;
  /** Reads a stream in its order, one message at a time: each replica all of it, from where it is. */
  follow<M extends Message>(
    following: Required<Following> & { readonly message: M },
    options: FollowOptions,
    handler: FollowHandler<M>,
  ): Promise<Follower>;
  /** Stops the consumers, waits for the confirms, disconnects. */
  close(): Promise<void>;
}

/**
 * What the service declares about consuming the message, for {@link Broker.consume}.
 * @throws when it declares nothing
 */
export function consumptionOf<M extends Message>(
  service: Service,
  message: M,
): Required<Consumption> & { readonly message: M } {
  const declared = service.consumes.find((consumption) => consumption.message === message);
  if (!declared) throw new Error(`${service.name} does not declare that it consumes ${message.type}`);
  return { ...declared, message };
}

/**
 * What the service declares about following the message, for {@link Broker.follow}.
 * @throws when it declares nothing
 */
export function followingOf<M extends Message>(
  service: Service,
  message: M,
): Required<Following> & { readonly message: M } {
  const declared = service.follows.find((following) => following.message === message);
  if (!declared) throw new Error(`${service.name} does not declare that it follows ${message.type}`);
  return { ...declared, message };
}

/**
 * Connects to RabbitMQ. Resolves after the first attempt, also when RabbitMQ is away: it is tried again until it is
 * there. Nothing is ever declared; exchanges, queues and bindings are derived from the declarations beforehand.
 */
export async function openBroker(options: BrokerOptions): Promise<Broker> {
  const { service, log, health, metrics } = options;
  health?.declare('rabbitmq', { vital: options.vital ?? false });
  const connection = new BrokerConnection({ url: options.url, service, log, health });
  const publisher = new Publisher({ ...options, connection });
  const help = 'Messages consumed, by what became of them';
  const consumed = metrics?.counter('broker_consumed_total', help, ['queue', 'verdict']);
  const consumers = new Set<Consumer>();
  await connection.start();
  return {
    async publish(message, data, publishOptions) {
      const envelope = createEnvelope(message, data, { ...publishOptions, service });
      await publisher.publish({
        exchange: message.service,
        routingKey: message.type,
        id: envelope.id,
        body: JSON.stringify(envelope),
      });
    },
    publishBatch: (messages) => publisher.publishBatch(messages),
    async consume(consumption, handler) {
      const { drainMs } = options;
      const consumer = new QueueConsumer({
        service,
        consumption,
        handler,
        publisher,
        log,
        connection,
        consumed,
        drainMs,
      });
      consumers.add(consumer);
      await consumer.ready();
      return consumer;
    },
    async follow(following, followOptions, handler) {
      const { drainMs } = options;
      const follower = new StreamFollower({ ...followOptions, following, handler, connection, log, consumed, drainMs });
      consumers.add(follower);
      await follower.ready();
      return follower;
    },
    async close() {
      await Promise.all([...consumers].map((consumer) => consumer.stop()));
      await publisher.close();
      await connection.close();
    },
  };
}

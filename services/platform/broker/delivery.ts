import { setTimeout as delay } from 'node:timers/promises';
import type { ConsumeMessage } from 'amqplib';
import { backOff } from '../back-off/index.ts';
import type { Consumption, Message, MessageData } from '../contract/index.ts';
import type { Logger } from '../log/index.ts';
import { withTrace } from '../telemetry/index.ts';
import { parseEnvelope } from './envelope.ts';
import { Poison } from './errors.ts';
import type { Publisher } from './publisher.ts';

/** A message as a handler sees it: parsed, with its data as the schema gives it. */
export interface ReceivedEvent<M extends Message = Message> {
  /** The same for every delivery and every copy: what the inbox remembers. */
  readonly id: string;
  /** The service that published it: `/auth`. */
  readonly source: string;
  readonly type: string;
  /** RFC 3339. */
  readonly time: string;
  readonly subject?: string | undefined;
  readonly data: MessageData<M>;
  readonly traceparent?: string | undefined;
  /** 1 for the first delivery. */
  readonly deliveryCount: number;
}

export type Handler<M extends Message> = (event: ReceivedEvent<M>) => Promise<void>;

/** What becomes of a message: acknowledged, queued again, or left with the channel, whose end gives it back. */
export type Verdict = 'ack' | 'requeue' | 'leave';

export interface DeliveryOptions<M extends Message> {
  /** Owner of the queue and of the exchange for dead letters. */
  readonly service: string;
  readonly consumption: Required<Consumption> & { readonly message: M };
  readonly handler: Handler<M>;
  readonly publisher: Publisher;
  readonly log: Logger;
  /** Aborted when there is no use in trying again: the consumer stops, or its channel is gone and the message with it. */
  readonly abandoned: readonly AbortSignal[];
}

/**
 * Runs the handler on a message and judges it.
 *
 * - The handler resolves: acknowledged.
 * - {@link Poison}, or a message that does not parse: published to the exchange for dead letters, then acknowledged.
 * - The handler throws because something it needs is away (`unavailable: true`): it is run again, later, while the
 *   message stays with this consumer. An outage costs no deliveries and cannot turn a queue into dead letters.
 * - Any other error: queued again after a short while, so that RabbitMQ counts the delivery.
 */
export async function deliver<M extends Message>(
  message: ConsumeMessage,
  options: DeliveryOptions<M>,
): Promise<Verdict> {
  const { consumption, handler, log, abandoned } = options;
  const { queue } = consumption;
  const deliveryCount = deliveriesOf(message);
  for (let attempt = 0; ; attempt += 1) {
    try {
      const envelope = parseEnvelope(consumption.message, message.content);
      await withTrace(envelope.traceparent, () => handler({ ...envelope, deliveryCount }));
      return 'ack';
    } catch (error) {
      if (error instanceof Poison) return await bury(message, error, options);
      const away = error instanceof Error && 'unavailable' in error && error.unavailable === true;
      if (attempt === 0) {
        const fields = { err: error, queue, messageId: String(message.properties.messageId), deliveryCount };
        log.warn(fields, away ? 'message waits for what its handler needs' : 'message not handled, queued again');
      }
      try {
        const signal = AbortSignal.any([...abandoned]);
        await delay(backOff(away ? attempt : deliveryCount), undefined, { signal });
      } catch {
        return away ? 'leave' : 'requeue'; // Abandoned.
      }
      if (!away) return 'requeue';
    }
  }
}

async function bury<M extends Message>(message: ConsumeMessage, poison: Poison, options: DeliveryOptions<M>) {
  const { service, consumption, publisher, log } = options;
  const { queue } = consumption;
  const { messageId, contentType, headers } = message.properties;
  const fields = { queue, messageId: String(messageId), reason: poison.reason };
  try {
    await publisher.publish({
      exchange: `${service}.dead`,
      routingKey: queue,
      id: String(messageId ?? ''),
      body: message.content,
      contentType: typeof contentType === 'string' ? contentType : 'application/octet-stream',
      headers: { ...headers, 'x-reason': poison.reason.slice(0, 1_000) },
    });
  } catch (error) {
    // It keeps its place; at its last delivery RabbitMQ itself makes it a dead letter.
    log.error({ ...fields, err: error }, 'poison message could not be put aside, queued again');
    return 'requeue';
  }
  log.error({ ...fields, err: poison.cause }, 'poison message put aside');
  return 'ack';
}

/** Quorum queues count returns to the queue; the header is missing on the first delivery. */
function deliveriesOf({ properties, fields }: ConsumeMessage) {
  const returns: unknown = properties.headers?.['x-delivery-count'];
  if (typeof returns === 'number') return returns + 1;
  return fields.redelivered ? 2 : 1;
}

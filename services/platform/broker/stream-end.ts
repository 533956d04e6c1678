import { setTimeout as delay } from 'node:timers/promises';
import type { Channel, ChannelModel, ConsumeMessage } from 'amqplib';
import { settledWithin } from './settled-within.ts';

/** The offset of a message of a stream. */
export function offsetOf({ properties }: ConsumeMessage): number {
  const offset: unknown = properties.headers?.['x-stream-offset'];
  if (typeof offset !== 'number') throw new TypeError('a message of a stream without its offset');
  return offset;
}

/** Why a channel ended, for whoever waits for an answer on it. */
function ending(channel: Channel): { readonly promise: Promise<never>; readonly reject: (error: unknown) => void } {
  const { promise, reject } = Promise.withResolvers<never>();
  // Nobody may be waiting.
  promise.catch(() => undefined);
  let cause: unknown;
  channel.on('error', (error) => {
    cause = error;
  });
  channel.on('close', () => reject(cause ?? new Error('the channel was closed')));
  return { promise, reject };
}

interface Look {
  readonly from: 'first' | 'last';
  readonly prefetch: number;
  /** How long to wait for a message before the stream is taken to be empty, which RabbitMQ never says. */
  readonly emptyAfterMs: number;
}

/** Consumes a stream for a moment. Gives the offsets that came, all that there are if there are no more than `prefetch`. */
async function look(model: ChannelModel, stream: string, { from, prefetch, emptyAfterMs }: Look) {
  const channel = await model.createChannel();
  const ended = ending(channel);
  const some = Promise.withResolvers<void>();
  const offsets: number[] = [];
  try {
    await channel.checkQueue(stream);
    await channel.prefetch(prefetch);
    const onMessage = (message: ConsumeMessage | null) => {
      if (!message) return ended.reject(new Error('the stream was deleted'));
      offsets.push(offsetOf(message));
      if (from === 'last') channel.ack(message);
      some.resolve();
    };
    await channel.consume(stream, onMessage, { arguments: { 'x-stream-offset': from } });
    const patience = new AbortController();
    const empty = delay(emptyAfterMs, undefined, { signal: patience.signal }).catch(() => undefined);
    await Promise.race([some.promise, ended.promise, empty]);
    patience.abort();
    // With the first message the channel sends all others that there are; the answer to a question comes after them.
    for (let seen = -1; seen !== offsets.length; ) {
      seen = offsets.length;
      await channel.checkQueue(stream);
    }
    return offsets;
  } finally {
    await settledWithin(1_000, channel.close());
  }
}

/**
 * The offset after that of the last message of a stream; 0 for an empty stream. Found by reading the last chunk, since
 * AMQP 0-9-1 has no question for it.
 * @throws when the stream is not there or not ours to read, or RabbitMQ is lost meanwhile
 */
export async function streamEnd(model: ChannelModel, stream: string, emptyAfterMs = 1_000): Promise<number> {
  const offsets = await look(model, stream, { from: 'last', prefetch: 1_000, emptyAfterMs });
  return (offsets.at(-1) ?? -1) + 1;
}

/**
 * The offset of the oldest message that a stream still has; 0 for an empty stream.
 * @throws as {@link streamEnd}
 */
export async function streamStart(model: ChannelModel, stream: string): Promise<number> {
  const [offset = 0] = await look(model, stream, { from: 'first', prefetch: 1, emptyAfterMs: 1_000 });
  return offset;
}

import type { z } from 'zod';

/**
 * A message on the broker: a CloudEvents 1.0 envelope around `data`.
 * The owner's name is the exchange, the type is the routing key.
 * An event is owned by the service that publishes it, a command by the service that obeys it.
 */
export interface Message<Type extends string = string, Data extends z.ZodType = z.ZodType> {
  readonly service: string;
  readonly type: Type;
  readonly summary: string;
  readonly data: Data;
}

export function defineMessage<const Type extends string, Data extends z.ZodType>(
  message: Message<Type, Data>,
): Message<Type, Data> {
  return message;
}

export type MessageData<M extends Message> = z.output<M['data']>;

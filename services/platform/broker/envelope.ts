import { z } from 'zod';
import type { Message } from '../contract/index.ts';
import { newId } from '../ids/index.ts';
import { currentTrace } from '../telemetry/index.ts';
import { Poison } from './errors.ts';

/** A CloudEvents 1.0 event in structured JSON mode, with the distributed tracing extension. */
export interface Envelope<Data = unknown> {
  readonly specversion: '1.0';
  readonly id: string;
  /** The service that published it: `/auth`. */
  readonly source: string;
  readonly type: string;
  /** RFC 3339, UTC. */
  readonly time: string;
  readonly subject?: string;
  readonly datacontenttype: 'application/json';
  readonly data: Data;
  readonly traceparent?: string;
}

export interface EnvelopeOptions {
  /** Name of the service that publishes. */
  readonly service: string;
  /** @default a new UUIDv7 */
  readonly id?: string;
  /** What the message is about, usually the id of the thing that changed. */
  readonly subject?: string;
  /** @default now */
  readonly time?: Date;
}

/** The media type of an envelope, as CloudEvents' AMQP binding names it. */
export const envelopeType = 'application/cloudevents+json; charset=utf-8';

/**
 * Wraps the data of a message. Fields that its schema does not know are dropped.
 * @throws ZodError when the data breaks the message's schema, which is a bug of the publisher
 */
export function createEnvelope<M extends Message>(
  message: M,
  data: z.input<M['data']>,
  { service, id = newId(), subject, time = new Date() }: EnvelopeOptions,
): Envelope<z.output<M['data']>> {
  const traceparent = currentTrace();
  return {
    specversion: '1.0',
    id,
    source: `/${service}`,
    type: message.type,
    time: time.toISOString(),
    ...(subject !== undefined && { subject }),
    datacontenttype: 'application/json',
    // The schema is M's own, so what it gives is M's output.
    data: message.data.parse(data) as z.output<M['data']>,
    ...(traceparent !== undefined && { traceparent }),
  };
}

const envelopeSchema = z.object({
  specversion: z.literal('1.0'),
  // What an inbox can store and compare byte by byte.
  id: z.string().regex(/^[\x21-\x7e]{1,255}$/),
  source: z.string().min(1),
  type: z.string().min(1),
  time: z.iso.datetime({ offset: true }),
  subject: z.string().optional(),
  data: z.unknown(),
  // A trace that is not one is no reason to lose a message.
  traceparent: z.string().optional().catch(undefined),
});

/**
 * Reads the envelope of a message.
 * @throws Poison, with a reason that names the broken fields but none of their values
 */
export function parseEnvelope<M extends Message>(message: M, content: Buffer) {
  let json: unknown;
  try {
    json = JSON.parse(content.toString('utf8'));
  } catch {
    // The parser's own message quotes the body.
    throw new Poison('the body is not JSON');
  }
  const envelope = envelopeSchema.safeParse(json);
  if (!envelope.success) throw new Poison(`the envelope is not valid: ${fieldsOf(envelope.error)}`);
  if (envelope.data.type !== message.type) throw new Poison(`the type is not ${message.type}`);
  const data = message.data.safeParse(envelope.data.data);
  if (!data.success) throw new Poison(`the data is not valid: ${fieldsOf(data.error)}`);
  // As in createEnvelope.
  return { ...envelope.data, data: data.data as z.output<M['data']> };
}

function fieldsOf(error: z.ZodError) {
  return error.issues.map((issue) => `${issue.path.join('.') || '(root)'} ${issue.code}`).join(', ');
}

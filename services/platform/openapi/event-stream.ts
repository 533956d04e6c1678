import type { EventStreamSpec } from '../contract/index.ts';
import type { SchemaCollector } from './schemas.ts';
import type { Json } from './types.ts';

export const lastEventId: Json = {
  name: 'Last-Event-ID',
  in: 'header',
  description: 'The `id` of the last event that was seen. Browsers send it by themselves when they connect again.',
  schema: { type: 'string', maxLength: 256, pattern: '^[ -~]+$' },
};

/**
 * An event stream is text to OpenAPI 3.1, which has no words for what is in it: the events stand beside the schema, under
 * a name that the specification leaves to us.
 */
export function eventStreamContent({ contentType, events }: EventStreamSpec, collector: SchemaCollector): Json {
  const names = Object.keys(events);
  const description = `Server-sent events: ${names.map((name) => `\`${name}\``).join(', ')}. Their data is JSON, see \`x-events\`. Comments come in between, so that a silent stream is known to live.`;
  return {
    content: {
      [contentType]: {
        schema: { type: 'string', description },
        'x-events': Object.fromEntries(
          Object.entries(events).map(([name, schema]) => [name, collector.convert(schema, 'output')]),
        ),
      },
    },
  };
}

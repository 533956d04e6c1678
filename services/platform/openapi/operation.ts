import { STATUS_CODES } from 'node:http';
import type { z } from 'zod';
import {
  bytes,
  type ErrorTable,
  eventStreamOf,
  isContent,
  isEventStream,
  noContent,
  type RequestSpec,
  type ResponseSpec,
  type Route,
  requestType,
} from '../contract/index.ts';
import { eventStreamContent, lastEventId } from './event-stream.ts';
import { problemResponses } from './problems.ts';
import type { SchemaCollector } from './schemas.ts';
import type { Json } from './types.ts';

const idempotencyKey: Json = {
  name: 'Idempotency-Key',
  in: 'header',
  required: true,
  description:
    'A UUID, new for each intent and the same for each try of it. A second request with the same key and body gets the first answer again, with `Idempotency-Replayed: true`.',
  schema: { type: 'string', minLength: 1, maxLength: 128, pattern: '^[!-~]+$' },
  example: '0193e3a0-7b3c-7000-8000-5f1a2b3c4d5e',
};

const ifMatch: Json = {
  name: 'If-Match',
  in: 'header',
  required: true,
  description: 'The `ETag` of the version that you have seen and change.',
  schema: { type: 'string', minLength: 1 },
  example: '"v1"',
};

/** Description and examples of a field stand on the parameter, where readers and tools look for them. */
function parameter(
  location: 'path' | 'query' | 'cookie',
  field: { name: string; schema: Json; required: boolean },
): Json {
  const { description, ...schema } = field.schema;
  return {
    name: field.name,
    in: location,
    ...((location === 'path' || field.required) && { required: true }),
    ...(description !== undefined && { description }),
    schema,
  };
}

function pathParameters(route: Route, collector: SchemaCollector): Json[] {
  const declared = new Map(
    route.params ? collector.properties(route.params, 'input').map((field) => [field.name, field]) : [],
  );
  return [...route.fullPath.matchAll(/\{([^}*]+)(\*?)\}/g)].map(([, name = '', rest]) => {
    const field = declared.get(name) ?? { name, schema: { type: 'string' }, required: true };
    const hint = rest ? { description: 'The rest of the path; it may hold slashes' } : {};
    return parameter('path', { ...field, schema: { ...hint, ...field.schema } });
  });
}

function parameters(route: Route, collector: SchemaCollector): Json[] {
  const of = (location: 'query' | 'cookie', schema: z.ZodObject | undefined) =>
    schema ? collector.properties(schema, 'input').map((field) => parameter(location, field)) : [];
  return [
    ...pathParameters(route, collector),
    ...of('query', route.query),
    ...(route.idempotent ? [idempotencyKey] : []),
    ...(route.ifMatch ? [ifMatch] : []),
    ...(eventStreamOf(route) ? [lastEventId] : []),
    ...of('cookie', route.cookies),
  ];
}

function contentOf(spec: ResponseSpec, collector: SchemaCollector): Json {
  if (spec === noContent) return {};
  if (isEventStream(spec)) return eventStreamContent(spec, collector);
  if (!('contentType' in spec))
    return { content: { 'application/json': { schema: collector.convert(spec, 'output') } } };
  // OpenAPI 3.1: the absence of a schema is how binary content is described.
  const media = spec.schema === bytes ? {} : { schema: collector.convert(spec.schema, 'output') };
  return { content: { [spec.contentType]: media } };
}

function requestBody(body: RequestSpec, collector: SchemaCollector): Json {
  const schema = isContent(body) ? body.schema : body;
  // OpenAPI 3.1 needs no schema for bytes, but this one of 3.0 is how tools know to ask for a file.
  const shown = schema === bytes ? { type: 'string', format: 'binary' } : collector.convert(schema, 'input');
  return {
    required: !schema.safeParse(undefined).success,
    content: { [requestType(body)]: { schema: shown } },
  };
}

function security(route: Route): Json[] {
  if (route.access.level === 'partner') return [{ apiKey: [] }];
  if (route.access.level === 'public' || route.access.level === 'internal') return [];
  return [{ bearer: [] }];
}

function describe({ access, description: own }: Route): Json {
  const rule = access.level === 'role' ? `Needs one of the roles: ${access.roles.join(', ')}.` : undefined;
  const internal = access.level === 'internal' ? 'Only for services that declare the call.' : undefined;
  const text = [own, rule, internal].filter((part) => part !== undefined).join('\n\n');
  return text === '' ? {} : { description: text };
}

export interface OperationContext {
  readonly errors: ErrorTable;
  readonly collector: SchemaCollector;
  readonly sharedResponses: Record<string, Json>;
}

export function operation(route: Route, { errors, collector, sharedResponses }: OperationContext): Json {
  const responses: Record<string, Json> = {};
  for (const [status, spec] of Object.entries(route.responses)) {
    responses[status] = { description: STATUS_CODES[status] ?? status, ...contentOf(spec, collector) };
  }
  if (route.etag !== undefined)
    responses['304'] ??= { description: 'Not Modified: what If-None-Match names is current' };
  for (const [status, response] of problemResponses(route, errors, sharedResponses)) {
    // A declared answer of the same status says more than the general problem does.
    responses[status] ??= response;
  }
  const all = parameters(route, collector);
  return {
    operationId: `${route.service}_${route.name}`,
    tags: [route.service],
    summary: route.summary,
    ...describe(route),
    security: security(route),
    ...(all.length > 0 && { parameters: all }),
    ...(route.body && { requestBody: requestBody(route.body, collector) }),
    responses,
  };
}

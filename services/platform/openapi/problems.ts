import {
  type ErrorTable,
  eventStreamOf,
  type PlatformErrorCode,
  platformErrors,
  type Route,
} from '../contract/index.ts';
import type { Json } from './types.ts';

export const problemSchema: Json = {
  type: 'object',
  description: 'RFC 9457. Switch on `code`, which is stable; `title` and `detail` are for people.',
  properties: {
    type: { type: 'string', format: 'uri-reference' },
    title: { type: 'string', description: 'In Korean or English, by Accept-Language' },
    status: { type: 'integer', minimum: 400, maximum: 599 },
    code: { type: 'string' },
    detail: { type: 'string' },
    instance: { type: 'string', format: 'uri-reference', description: 'Names this request in our logs' },
    errors: {
      type: 'array',
      description: 'With `invalid_request`: what is wrong with which field',
      items: {
        type: 'object',
        properties: {
          in: { type: 'string', enum: ['path', 'query', 'header', 'cookie', 'body'] },
          path: { type: 'string' },
          message: { type: 'string' },
        },
        required: ['in', 'path', 'message'],
      },
    },
  },
  required: ['type', 'title', 'status', 'code', 'instance'],
};

/** What the platform may answer on this route, whatever its handler does. */
function platformCodes(route: Route): PlatformErrorCode[] {
  const codes: PlatformErrorCode[] = [];
  const takesInput = route.fullPath.includes('{') || route.query || route.cookies || route.body || route.idempotent;
  if (takesInput) codes.push('invalid_request');
  if (route.idempotent) codes.push('idempotency_key_missing', 'idempotency_in_progress', 'idempotency_key_reused');
  if (route.access.level !== 'public' && route.access.level !== 'internal') codes.push('unauthenticated');
  if (route.access.level === 'role') codes.push('forbidden');
  if (route.body) codes.push('payload_too_large', 'unsupported_media_type');
  if (eventStreamOf(route)) codes.push('too_many_requests');
  codes.push('internal_error', 'unavailable');
  return codes;
}

/** Headers that come with every answer of a status. */
const headersByStatus: Readonly<Record<number, Json>> = {
  401: { 'WWW-Authenticate': { description: 'RFC 6750', schema: { type: 'string' } } },
  429: { 'Retry-After': { description: 'Seconds', schema: { type: 'integer' } } },
  503: { 'Retry-After': { description: 'Seconds', schema: { type: 'integer' } } },
};

interface CodeRow {
  readonly code: string;
  readonly status: number;
  readonly title: string;
}

function problemResponse(status: number, rows: readonly CodeRow[]): Json {
  const examples = rows.map(({ code, title }) => {
    const value = { type: `/problems/${code}`, title, status, code, instance: 'urn:ticketaka:request:5f0c2d1e' };
    return [code, { value }];
  });
  return {
    description: rows.map(({ code, title }) => `\`${code}\`: ${title}`).join('\n\n'),
    ...(headersByStatus[status] && { headers: headersByStatus[status] }),
    content: {
      'application/problem+json': {
        schema: {
          allOf: [
            { $ref: '#/components/schemas/Problem' },
            { properties: { status: { const: status }, code: { enum: rows.map(({ code }) => code) } } },
          ],
        },
        examples: Object.fromEntries(examples),
      },
    },
  };
}

/** The problems of a route by status. A status with one code of the platform's is shared by all routes. */
export function problemResponses(route: Route, errors: ErrorTable, shared: Record<string, Json>): Map<number, Json> {
  const table: ErrorTable = { ...platformErrors, ...errors };
  const codes = new Set<string>([...platformCodes(route), ...(route.errors ?? [])]);
  const byStatus = new Map<number, CodeRow[]>();
  for (const code of codes) {
    const spec = table[code];
    if (!spec) throw new Error(`${route.service}.${route.name}: there is no error ${code}`);
    const row = { code, status: spec.status, title: spec.title.en };
    byStatus.set(spec.status, [...(byStatus.get(spec.status) ?? []), row]);
  }
  return new Map(
    [...byStatus].map(([status, rows]) => {
      const [only] = rows;
      if (!only || rows.length > 1 || !Object.hasOwn(platformErrors, only.code) || Object.hasOwn(errors, only.code)) {
        return [status, problemResponse(status, rows)];
      }
      shared[only.code] ??= problemResponse(status, rows);
      return [status, { $ref: `#/components/responses/${only.code}` }];
    }),
  );
}

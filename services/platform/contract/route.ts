import { z } from 'zod';
import type { Access } from './access.ts';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** A body that is not JSON, or JSON of a media type of its own. */
export interface ContentSpec<Schema extends z.ZodType = z.ZodType> {
  readonly contentType: string;
  readonly schema: Schema;
}

export const noContent: unique symbol = Symbol('no content');

/** A zod schema is a JSON body; `noContent` is an empty one; `content()` is anything else. */
export type ResponseSpec = z.ZodType | ContentSpec | typeof noContent;

/** A zod schema is a JSON body; `content()` is anything else. */
export type RequestSpec = z.ZodType | ContentSpec;

/**
 * A body of another media type: `content('text/html', z.string())`. Strings and bytes are sent, and received, as they
 * are. A request may leave the subtype open, `content('image/*', bytes)`: its headers say what came.
 */
export function content<const Type extends string, Schema extends z.ZodType>(
  contentType: Type,
  schema: Schema,
): ContentSpec<Schema> & { readonly contentType: Type } {
  return { contentType, schema };
}

export function isContent(spec: ResponseSpec | RequestSpec): spec is ContentSpec {
  return typeof spec === 'object' && 'contentType' in spec;
}

/** What media type a request's body has. */
export function requestType(body: RequestSpec): string {
  return isContent(body) ? body.contentType : 'application/json';
}

/** Whether a media type is one of JSON: `application/json`, `application/merge-patch+json`. */
export function isJsonType(contentType: string): boolean {
  return /^[^;]*[/+]json\s*(?:;|$)/i.test(contentType);
}

export const bytes = z.custom<Uint8Array>((value) => value instanceof Uint8Array);

/** What `defineApi` takes for each route. */
export interface RouteSpec {
  readonly method: Method;
  /** Below the API's base. `{name}` is one segment, `{name*}` at the end is the rest of the path. */
  readonly path: string;
  /** Replaces the API's base for this route: '' for `/.well-known/…`. */
  readonly base?: string;
  readonly access: Access;
  readonly summary: string;
  readonly description?: string;
  readonly params?: z.ZodObject;
  readonly query?: z.ZodObject;
  readonly cookies?: z.ZodObject;
  readonly body?: RequestSpec;
  readonly responses: Readonly<Record<number, ResponseSpec>>;
  /** Codes that this route's handler may answer with: of the API's error table, or the platform's (`too_many_requests`). */
  readonly errors?: readonly string[];
  /** The request says in If-Match which version it changes. For the documentation: the service compares. */
  readonly ifMatch?: boolean;
  /**
   * The request must carry an Idempotency-Key, and its answer is stored under it. With `handler`, what the request makes
   * is itself found again by the key, which costs no write of its own: the handler sees to it (`context.idempotency`).
   */
  readonly idempotent?: boolean | 'handler';
  /**
   * For GET: `body` hashes each answer, so that a client that has it already gets 304 and no body. For small answers;
   * a handler that knows a version gives the header `etag` itself, which saves more.
   */
  readonly etag?: 'body';
  /** @default 65536 */
  readonly maxBodyBytes?: number;
}

/** What `defineApi` adds to each route. */
export interface RouteIdentity {
  readonly name: string;
  readonly service: string;
  readonly fullPath: string;
}

/** A route as other code sees it: it knows its name, its service and its whole path. */
export interface Route extends RouteSpec, RouteIdentity {}

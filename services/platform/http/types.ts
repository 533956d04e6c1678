import type { IncomingHttpHeaders } from 'node:http';
import type { z } from 'zod';
import type { Principal } from '../auth/index.ts';
import type {
  Api,
  ContentSpec,
  DocsRouteName,
  EventStreamSpec,
  noContent,
  RequestSpec,
  ResponseSpec,
  Route,
} from '../contract/index.ts';
import type { Logger } from '../log/index.ts';
import type { Locale } from './locale.ts';
import type { BodyInput, PreparedBody } from './prepared.ts';
import type { StreamBody } from './stream-events.ts';

type Parsed<R, Part extends string, Otherwise> = R extends { readonly [P in Part]: infer S extends z.ZodType }
  ? z.output<S>
  : Otherwise;

type BodyOutput<S> = S extends ContentSpec<infer Schema> ? z.output<Schema> : S extends z.ZodType ? z.output<S> : never;

type ParsedBody<R> = R extends { readonly body: infer S extends RequestSpec } ? BodyOutput<S> : undefined;

/** Names in a path template: `'/a/{b}/{c*}'` gives `'b' | 'c'`. */
type ParameterNames<Path> = Path extends `${string}{${infer Name}}${infer Rest}`
  ? (Name extends `${infer Plain}*` ? Plain : Name) | ParameterNames<Rest>
  : never;

type PathParameters<R> = R extends { readonly path: infer Path }
  ? { readonly [Name in ParameterNames<Path>]: string }
  : Readonly<Record<string, string>>;

type KeyOf<R> = R extends { readonly idempotent: 'handler' } ? KeyedRequest : undefined;

/** The Idempotency-Key of a request, and what it was used for; each 43 characters of base64url that tell nobody either. */
export interface KeyedRequest {
  /** Other for each route and member, or address if it is anonymous. */
  readonly key: string;
  /** Of path, query and body. */
  readonly requestHash: string;
}

type PrincipalOf<R> = R extends { readonly access: { readonly level: 'member' | 'role' } } ? Principal : undefined;

/** What a handler is given: the request, already checked against its route. */
export interface RequestContext<R extends Route = Route> {
  /** By the route's schema; without one, the decoded strings. */
  readonly params: Parsed<R, 'params', PathParameters<R>>;
  readonly query: Parsed<R, 'query', undefined>;
  readonly cookies: Parsed<R, 'cookies', undefined>;
  /** Text or bytes, as they came, where the route declares another media type than JSON. */
  readonly body: ParsedBody<R>;
  readonly headers: IncomingHttpHeaders;
  /** Who is signed in, on routes for members and roles. Never taken from a header other than the bearer token. */
  readonly principal: PrincipalOf<R>;
  /** On routes whose handler keeps the answers to an Idempotency-Key. */
  readonly idempotency: KeyOf<R>;
  /** What the client prefers: `ko` when it asks for Korean before English, else `en`. */
  readonly locale: Locale;
  /** The client's address as the outermost trusted proxy saw it. Personal data: not for the log. */
  readonly clientAddress: string;
  readonly requestId: string;
  /** For event streams: what a client that connects again saw last, if that is 1 to 256 characters of printable ASCII. */
  readonly lastEventId: string | undefined;
  /** Its lines carry the request's id. */
  readonly log: Logger;
  /** Aborts when the client goes away before the answer is complete, and when an event stream ends. */
  readonly signal: AbortSignal;
}

export interface Cookie {
  readonly name: string;
  readonly value: string;
  /** Seconds; 0 removes the cookie. @default until the browser closes */
  readonly maxAge?: number;
  /** @default the API's base */
  readonly path?: string;
  /** @default true */
  readonly httpOnly?: boolean;
  /** @default true */
  readonly secure?: boolean;
  /** @default 'strict' */
  readonly sameSite?: 'strict' | 'lax' | 'none';
}

interface ResultExtras {
  /** With `etag` or `last-modified` on a GET, a client that has the answer already gets 304. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Not stored under an Idempotency-Key: a replayed answer sets none. */
  readonly cookies?: readonly Cookie[];
}

type BodyOf<S extends ResponseSpec> = S extends typeof noContent
  ? { readonly body?: undefined }
  : S extends EventStreamSpec<infer Events>
    ? { readonly body: StreamBody<Events> }
    : { readonly body: BodyInput<S> | PreparedBody<S> | (S extends ContentSpec ? PreparedBody<'content'> : never) };

/** One of the answers that the route declares. The body is the input of its schema; the client gets the output. */
export type RouteResult<R extends Route = Route> = {
  [Status in keyof R['responses'] & number]: { readonly status: Status } & BodyOf<R['responses'][Status]> &
    ResultExtras;
}[keyof R['responses'] & number];

export type Handler<R extends Route = Route> = (request: RequestContext<R>) => Promise<RouteResult<R>>;

/** The routes of an API that a service writes handlers for. The pages about the API are answered by the platform. */
export type RouteName<A extends Api> = Exclude<keyof A['routes'], DocsRouteName> & string;

/** A handler for every declared route, or for those that one of several workloads serves. */
export type Handlers<A extends Api, Names extends RouteName<A> = RouteName<A>> = {
  readonly [Name in Names]: Handler<A['routes'][Name]>;
};

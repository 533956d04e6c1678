import type { z } from 'zod';
import type {
  Api,
  ContentSpec,
  EventStreamSpec,
  noContent,
  RequestSpec,
  ResponseSpec,
  Route,
} from '../contract/index.ts';

type ParameterNames<Path> = Path extends `${string}{${infer Name}}${infer Rest}`
  ? (Name extends `${infer Plain}*` ? Plain : Name) | ParameterNames<Rest>
  : never;

type Params<R extends Route> = R extends { readonly params: infer S extends z.ZodType }
  ? { readonly params: z.input<S> }
  : [ParameterNames<R['path']>] extends [never]
    ? unknown
    : { readonly params: { readonly [Name in ParameterNames<R['path']>]: string } };

/** Required only where an empty one would not do. */
type Query<R extends Route> = R extends { readonly query: infer S extends z.ZodType }
  ? Record<string, never> extends z.input<S>
    ? { readonly query?: z.input<S> }
    : { readonly query: z.input<S> }
  : unknown;

type BodyInput<S> = S extends ContentSpec<infer Schema> ? z.input<Schema> : S extends z.ZodType ? z.input<S> : never;

/** Where the route leaves the subtype open, the caller says what it sends. */
type TypeOfBody<S> = S extends { readonly contentType: `${string}*${string}` }
  ? { readonly headers: { readonly 'content-type': string } }
  : unknown;

type Body<R extends Route> = R extends { readonly body: infer S extends RequestSpec }
  ? undefined extends BodyInput<S>
    ? { readonly body?: BodyInput<S> }
    : { readonly body: BodyInput<S> } & TypeOfBody<S>
  : unknown;

type Key<R extends Route> = R extends { readonly idempotent: true | 'handler' }
  ? {
      /** New for each intent, the same for each try of it. */
      readonly idempotencyKey: string;
    }
  : unknown;

interface CallOptions {
  /** Access token, sent as a bearer token. Never forwarded by itself. */
  readonly token?: string | undefined;
  readonly traceparent?: string | undefined;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  /** @default that of the client */
  readonly timeoutMs?: number;
}

export type CallArguments<R extends Route> = Params<R> & Query<R> & Body<R> & Key<R> & CallOptions;

type BodyOf<S extends ResponseSpec> = S extends typeof noContent
  ? undefined
  : S extends ContentSpec<infer Schema>
    ? z.output<Schema>
    : S extends z.ZodType
      ? z.output<S>
      : never;

type Success<Status extends number> = `${Status}` extends `${'2' | '3'}${string}` ? Status : never;

/** One of the route's answers below 400. Others are thrown. */
export type CallResult<R extends Route> = {
  [Status in keyof R['responses'] & number as Success<Status>]: {
    readonly status: Status;
    readonly headers: Headers;
    readonly body: BodyOf<R['responses'][Status]>;
  };
}[Success<keyof R['responses'] & number>];

/** @throws ProblemError, Unreachable */
export type Call<R extends Route> =
  // Where nothing of the route's own is required, the whole object may be left out.
  CallOptions extends CallArguments<R>
    ? (options?: CallArguments<R>) => Promise<CallResult<R>>
    : (options: CallArguments<R>) => Promise<CallResult<R>>;

type IsStream<R extends Route> = R['responses'][200] extends EventStreamSpec ? true : false;

/** Event streams have no method: their answer has no end to wait for. Browsers read them with `EventSource`. */
export type Client<A extends Api> = {
  readonly [Name in keyof A['routes'] as IsStream<A['routes'][Name]> extends true ? never : Name]: Call<
    A['routes'][Name]
  >;
};

export { adminApp } from './admin.ts';
export { type AppOptions, createApp } from './app.ts';
export { matchingTag } from './conditional.ts';
export { encodeEvent } from './encode-event.ts';
export { forwardTrace } from './forward-trace.ts';
export type {
  IdempotencyRequest,
  IdempotencyStart,
  IdempotencyStore,
  StoredResponse,
} from './idempotency.ts';
export { type Listening, listen } from './listen.ts';
export { type Locale, localeOf } from './locale.ts';
export type { StreamLimits } from './open-streams.ts';
export { type CheckResponses, prerender } from './output.ts';
export { type Encoding, encoded, PreparedBody } from './prepared.ts';
export { Problem, type ProblemOptions, problem, Unavailable } from './problem.ts';
export { createServer } from './server.ts';
export type {
  EncodedEvent,
  StreamBody,
  StreamEvent,
  StreamSource,
  StreamSubscriber,
} from './stream-events.ts';
export type { Cookie, Handler, Handlers, KeyedRequest, RequestContext, RouteName, RouteResult } from './types.ts';

import { type ErrorTable, platformErrors, type Text } from '../contract/index.ts';

export interface ProblemOptions {
  /** What is wrong this time, for a person. Never a value that the client did not send or may not see. */
  readonly detail?: string | Text;
  /** Members beside those of RFC 9457, for programs. */
  readonly extensions?: Readonly<Record<string, unknown>>;
  readonly retryAfterSeconds?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** For the log only. */
  readonly cause?: unknown;
}

/** An answer that a caller can act on, thrown by a handler or the platform and sent as RFC 9457 says. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly code: string;
  readonly status: number;
  readonly title: Text;
  readonly detail: string | Text | undefined;
  readonly extensions: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly retryAfterSeconds: number | undefined;

  constructor(
    spec: { readonly code: string; readonly status: number; readonly title: Text },
    options: ProblemOptions = {},
  ) {
    const { stackTraceLimit } = Error;
    // What a client did wrong is logged without a stack, which would cost as much as the rest of refusing it.
    if (spec.status < 500) Error.stackTraceLimit = 0;
    super(spec.code, { cause: options.cause });
    Error.stackTraceLimit = stackTraceLimit;
    this.code = spec.code;
    this.status = spec.status;
    this.title = spec.title;
    this.detail = options.detail;
    this.extensions = options.extensions ?? {};
    this.headers = options.headers ?? {};
    this.retryAfterSeconds = options.retryAfterSeconds;
  }
}

/**
 * Makes the error to throw for a row of an error table: `throw problem(errors, 'seat_taken')`.
 * `errors` is the service's own table, or `platformErrors`.
 */
export function problem<const E extends ErrorTable>(
  errors: E,
  code: keyof E & string,
  options?: ProblemOptions,
): Problem {
  const spec = errors[code];
  if (!spec) throw new TypeError(`there is no error ${code} in the table`);
  return new Problem({ code, status: spec.status, title: spec.title }, options);
}

/** Something that the answer needs is away for now: a server, a queue, another service. Becomes 503 with Retry-After. */
export class Unavailable extends Error {
  override readonly name = 'Unavailable';
  readonly unavailable = true;
  readonly retryAfterSeconds: number;

  constructor(message: string, options: { readonly cause?: unknown; readonly retryAfterSeconds?: number } = {}) {
    super(message, { cause: options.cause });
    this.retryAfterSeconds = options.retryAfterSeconds ?? 1;
  }
}

function field(error: unknown, name: string): unknown {
  return typeof error === 'object' && error !== null && name in error ? Reflect.get(error, name) : undefined;
}

/** Marks of cockatiel's refusals: breaker open, bulkhead full, attempt timed out. The callee is not answering us now. */
const refusals = ['isBrokenCircuitError', 'isBulkheadRejectedError', 'isTaskCancelledError'];

function retryAfter(error: unknown) {
  const seconds = field(error, 'retryAfterSeconds');
  return typeof seconds === 'number' ? Math.max(1, Math.ceil(seconds)) : 1;
}

/**
 * What the client is told of an error. Errors that say `unavailable: true` become 503, a limiter's `RateLimited` 429;
 * everything that is not a problem of ours is a bug, and becomes a 500 that tells nothing.
 */
export function toProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (field(error, 'unavailable') === true || refusals.some((mark) => field(error, mark) === true)) {
    return problem(platformErrors, 'unavailable', { retryAfterSeconds: retryAfter(error), cause: error });
  }
  if (field(error, 'name') === 'RateLimited') {
    return problem(platformErrors, 'too_many_requests', { retryAfterSeconds: retryAfter(error), cause: error });
  }
  return problem(platformErrors, 'internal_error', { cause: error });
}

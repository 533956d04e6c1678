import { z } from 'zod';

/** Statuses that say nothing about the request: the same call may succeed later. */
const passing: ReadonlySet<number> = new Set([429, 502, 503, 504]);

const problemBody = z.looseObject({
  code: z.string().catch('unknown'),
  title: z.string().catch(''),
  detail: z.string().optional().catch(undefined),
});

export interface ProblemErrorFields {
  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly detail?: string | undefined;
  readonly retryAfterSeconds?: number | undefined;
  readonly extensions: Readonly<Record<string, unknown>>;
}

/** The service answered, and said no. Switch on `code`; an answer that is no problem document has the code `unknown`. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly detail: string | undefined;
  readonly retryAfterSeconds: number | undefined;
  readonly extensions: Readonly<Record<string, unknown>>;

  constructor(call: string, fields: ProblemErrorFields) {
    super(`${call}: ${fields.status} ${fields.code}`);
    this.status = fields.status;
    this.code = fields.code;
    this.title = fields.title;
    this.detail = fields.detail;
    this.retryAfterSeconds = fields.retryAfterSeconds;
    this.extensions = fields.extensions;
  }

  /** True when the service, not the request, is the reason. An HTTP server of ours turns it into a 503. */
  get unavailable(): boolean {
    return passing.has(this.status);
  }
}

/**
 * There was no answer, or none that could be understood. `network`: no connection, or it broke. `timeout`: too late.
 * `aborted`: the caller gave up. `refused`: a policy (open breaker, full bulkhead) did not let the call out.
 * `answer`: what came is not what the contract says.
 * After `network` and `timeout` nobody knows whether the work was done.
 */
export class Unreachable extends Error {
  override readonly name = 'Unreachable';
  readonly unavailable = true;
  readonly reason: 'network' | 'timeout' | 'aborted' | 'refused' | 'answer';

  constructor(call: string, reason: Unreachable['reason'], cause: unknown) {
    super(`${call}: ${reason}`, { cause });
    this.reason = reason;
  }
}

function retryAfterOf(headers: Headers): number | undefined {
  const seconds = headers.get('retry-after');
  return seconds !== null && /^\d{1,9}$/.test(seconds) ? Number(seconds) : undefined;
}

/** Reads RFC 9457; whatever a proxy may answer instead gets the code `unknown`. */
export function problemError(call: string, response: { status: number; headers: Headers; text: string }): ProblemError {
  let parsed: unknown;
  try {
    parsed = JSON.parse(response.text);
  } catch {
    // A proxy's own page is not JSON, and says no more than its status does.
    parsed = {};
  }
  const body = problemBody.safeParse(parsed);
  const {
    code,
    title,
    detail,
    type: _type,
    status: _status,
    instance: _instance,
    ...extensions
  } = body.data ?? {
    code: 'unknown',
    title: '',
  };
  const retryAfterSeconds = retryAfterOf(response.headers);
  return new ProblemError(call, { status: response.status, code, title, detail, retryAfterSeconds, extensions });
}

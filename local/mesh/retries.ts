/** Which failures of an attempt are worth another, by Envoy's names for them. */

/** How an attempt ended without an answer of the upstream's. */
export type Failure = 'connect-failure' | 'reset' | 'per-try-timeout';

export type Outcome = { readonly failure: Failure } | { readonly status: number };

export interface RetryPolicy {
  /** Beyond the first attempt. */
  readonly attempts: number;
  /** Milliseconds; 0 is none. */
  readonly perTryTimeout: number;
  readonly shouldRetry: (outcome: Outcome) => boolean;
}

export interface RetrySpec {
  readonly attempts: number;
  readonly perTryTimeout?: number | undefined;
  readonly retryOn?: string | undefined;
}

export const noRetries: RetryPolicy = { attempts: 0, perTryTimeout: 0, shouldRetry: () => false };

/** Istio's since 1.24; without status codes of its own `retriable-status-codes` means nothing. */
const defaultRetryOn = 'connect-failure,refused-stream,unavailable,cancelled,retriable-status-codes';

const gatewayErrors = new Set([502, 503, 504]);
/** The conditions of gRPC and HTTP/2 are accepted: nothing of an HTTP/1.1 upstream meets them. */
const conditions: Readonly<Record<string, (outcome: Outcome) => boolean>> = {
  '5xx': (outcome) => 'failure' in outcome || outcome.status >= 500,
  'gateway-error': (outcome) => 'failure' in outcome || gatewayErrors.has(outcome.status),
  reset: (outcome) => 'failure' in outcome && outcome.failure !== 'connect-failure',
  'connect-failure': (outcome) => 'failure' in outcome && outcome.failure === 'connect-failure',
  'retriable-4xx': (outcome) => 'status' in outcome && outcome.status === 409,
  'retriable-status-codes': () => false,
  'refused-stream': () => false,
  cancelled: () => false,
  unavailable: () => false,
  'deadline-exceeded': () => false,
  'resource-exhausted': () => false,
  internal: () => false,
};

/**
 * @param spec undefined for Istio's own default of two
 * @throws Error that names a condition which is not known
 */
export function compileRetries(spec: RetrySpec | undefined): RetryPolicy {
  const { attempts, perTryTimeout = 0, retryOn = defaultRetryOn } = spec ?? { attempts: 2 };
  if (attempts === 0) return noRetries;
  const parts = retryOn
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
  const tests = parts.map((part) => {
    if (/^[1-5]\d\d$/.test(part)) return (outcome: Outcome) => 'status' in outcome && outcome.status === Number(part);
    const condition = conditions[part];
    if (!condition) throw new Error(`retryOn: ${part} is not supported`);
    return condition;
  });
  return { attempts, perTryTimeout, shouldRetry: (outcome) => tests.some((test) => test(outcome)) };
}

/** Envoy's: random, up to 25 ms after the first attempt, doubling to at most 250 ms. */
export function retryDelay(retry: number, random: () => number): number {
  return random() * Math.min(25 * 2 ** (retry - 1), 250);
}

import {
  bulkhead,
  CircuitState,
  ConsecutiveBreaker,
  circuitBreaker,
  ExponentialBackoff,
  handleWhen,
  type IPolicy,
  retry,
  TimeoutStrategy,
  timeout,
  wrap,
} from 'cockatiel';
import type { Logger } from '../log/index.ts';
import type { Metrics } from '../metrics/index.ts';

export { BrokenCircuitError, BulkheadRejectedError, type IPolicy, TaskCancelledError } from 'cockatiel';

export interface PolicyOptions {
  /** What is called: `auth`, `smtp`. */
  readonly name: string;
  readonly log: Logger;
  readonly metrics?: Metrics | undefined;
  /** For each attempt, in milliseconds. */
  readonly timeoutMs: number;
  /** Only for work that may be done twice. @default 1 */
  readonly attempts?: number;
  /** Calls at once; as many again may wait. @default 50 */
  readonly concurrency?: number;
  /** Consecutive failures that open the breaker. @default 10 */
  readonly failures?: number;
  /** How long it stays open before one call may try. @default 5000 */
  readonly openMs?: number;
  /** Which errors are the callee's failure. An answer that says no is not one. @default all */
  readonly isFailure?: (error: unknown) => boolean;
}

/** Attempts, each with a timeout, behind a breaker, behind a bulkhead. The breaker says when it opens and closes. */
export function createPolicy(options: PolicyOptions): IPolicy {
  const {
    name,
    log,
    metrics,
    timeoutMs,
    attempts = 1,
    concurrency = 50,
    failures = 10,
    openMs = 5000,
    isFailure = () => true,
  } = options;
  const failure = handleWhen((error) => isFailure(error));
  const breaker = circuitBreaker(failure, { halfOpenAfter: openMs, breaker: new ConsecutiveBreaker(failures) });
  const open = metrics?.gauge('breaker_open', 'Whether calls are turned away since the callee kept failing', [
    'callee',
  ]);
  open?.set({ callee: name }, 0);
  breaker.onStateChange((state) => {
    open?.set({ callee: name }, state === CircuitState.Closed ? 0 : 1);
    if (state === CircuitState.Open) log.warn({ callee: name, openMs }, 'breaker opened');
    if (state === CircuitState.Closed) log.info({ callee: name }, 'breaker closed');
  });
  return wrap(
    bulkhead(concurrency, concurrency),
    retry(failure, {
      maxAttempts: attempts - 1,
      backoff: new ExponentialBackoff({ initialDelay: 50, maxDelay: 1000 }),
    }),
    breaker,
    timeout(timeoutMs, TimeoutStrategy.Aggressive),
  );
}

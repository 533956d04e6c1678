import {
  BrokenCircuitError,
  BulkheadRejectedError,
  createPolicy,
  TaskCancelledError,
} from '@ticketaka/platform/breaker';
import type { Logger } from '@ticketaka/platform/log';
import type { Metrics } from '@ticketaka/platform/metrics';
import type { Unknown } from './port.ts';
import { isMisconfiguration } from './toss-codes.ts';
import { TossError } from './toss-wire.ts';

export interface TossOptions {
  /** @default https://api.tosspayments.com */
  readonly url?: string | undefined;
  readonly secretKey: string;
  readonly log: Logger;
  readonly metrics?: Metrics | undefined;
  /** For what moves money, in milliseconds. Card companies take their time. @default 15000 */
  readonly timeoutMs?: number | undefined;
  /** For a look-up. @default 5000 */
  readonly lookUpTimeoutMs?: number | undefined;
  /** Calls at once that move money; as many may wait. @default 200 */
  readonly concurrency?: number | undefined;
}

export interface TossCall {
  readonly path: string;
  /** Makes it a POST. */
  readonly body?: object;
  readonly idempotencyKey?: string;
}

/** What the other side said: JSON if it was JSON, else undefined. */
export interface TossAnswer {
  readonly kind: 'answer';
  readonly status: number;
  readonly body: unknown;
}

export type SendToToss = (call: TossCall) => Promise<TossAnswer | Unknown>;

/** The answer is the other side's failure, and counts as one for the breaker. */
class TossFailure extends Error {
  override readonly name = 'TossFailure';
  readonly outcome: Unknown;

  constructor(outcome: Unknown, options?: ErrorOptions) {
    super(`Toss: ${outcome.reason}`, options);
    this.outcome = outcome;
  }
}

/** A payment with all that can be in it has a few kilobytes. */
const maxBytes = 200_000;

/**
 * Sends requests, each with a time-out, those that move money behind a breaker of their own: when they hang, one must
 * still be able to ask what became of them.
 */
export function createTossHttp(options: TossOptions): SendToToss {
  const { url = 'https://api.tosspayments.com', secretKey, log, metrics, concurrency = 200 } = options;
  const { timeoutMs = 15_000, lookUpTimeoutMs = 5_000 } = options;
  const authorization = `Basic ${Buffer.from(`${secretKey}:`).toString('base64')}`;
  const post = createPolicy({ name: 'toss', log, metrics, timeoutMs, concurrency });
  const get = createPolicy({
    name: 'toss-look-up',
    log,
    metrics,
    timeoutMs: lookUpTimeoutMs,
    attempts: 2,
    concurrency,
  });

  async function exchange({ path, body, idempotencyKey }: TossCall, signal: AbortSignal): Promise<TossAnswer> {
    const response = await fetch(`${url}${path}`, {
      method: body ? 'POST' : 'GET',
      signal,
      // The secret key must not follow to another host.
      redirect: 'error',
      headers: {
        authorization,
        ...(body && { 'content-type': 'application/json' }),
        ...(idempotencyKey !== undefined && { 'idempotency-key': idempotencyKey }),
      },
      ...(body && { body: JSON.stringify(body) }),
    }).catch(lost);
    const { status } = response;
    const answer = { kind: 'answer', status, body: parseJson(await textOf(response).catch(lost)) } as const;
    const code = codeOf(answer);
    if (isMisconfiguration(code ?? '')) log.error({ path, status, code }, 'the payment service turns our key away');
    if (status < 500) return answer;
    throw new TossFailure({ kind: 'unknown', reason: 'server-error', ...(code !== undefined && { code }) });
  }

  return async (call) => {
    try {
      return await (call.body ? post : get).execute(({ signal }) => exchange(call, signal));
    } catch (error) {
      return outcomeOfError(error, log);
    }
  };
}

/** The error code of an answer that is one. */
export function codeOf({ body }: TossAnswer): string | undefined {
  const parsed = TossError.safeParse(body);
  return parsed.success ? parsed.data.code : undefined;
}

function outcomeOfError(error: unknown, log: Logger): Unknown {
  if (error instanceof TossFailure) return error.outcome;
  if (error instanceof TaskCancelledError) return { kind: 'unknown', reason: 'timeout' };
  if (error instanceof BrokenCircuitError || error instanceof BulkheadRejectedError) {
    return { kind: 'unknown', reason: 'not-sent' };
  }
  // A defect of ours; but money may be on its way, so it must not look as if it had failed.
  log.error({ err: error }, 'a request to the payment service failed');
  return { kind: 'unknown', reason: 'connection' };
}

function lost(cause: unknown): never {
  if (cause instanceof TossFailure) throw cause;
  throw new TossFailure({ kind: 'unknown', reason: 'connection' }, { cause });
}

async function textOf(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength;
    if (size > maxBytes) throw new TossFailure({ kind: 'unknown', reason: 'contradiction' });
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

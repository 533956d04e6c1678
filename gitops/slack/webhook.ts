import { setTimeout as wait } from 'node:timers/promises';
import { Failure } from '../cli/failure.ts';
import type { Context } from '../cli/verb.ts';

const attempts = 4;
const timeoutMs = 10_000;
const longestWaitMs = 30_000;

/**
 * Posts to an incoming webhook of Slack. When Slack is busy it is asked again, a few times, after as long as it says.
 * @throws {Failure} denied for a webhook that is gone, negative when Slack refuses or has trouble, unreachable
 */
export async function postToSlack(webhook: URL, payload: object, { terminal, signal }: Context): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    const answer = await post(webhook, payload, signal);
    if (answer.status === 200) return;
    const passing = answer.status === 429 || answer.status >= 500 || answer.status === 0;
    if (!passing || attempt === attempts) throw refusal(answer);
    const pause = Math.min(longestWaitMs, answer.retryAfterMs ?? 250 * 2 ** attempt);
    terminal.progress(
      `Slack ${answer.status === 0 ? 'is out of reach' : `answered ${answer.status}`}; again in ${pause} ms`,
    );
    await wait(pause, undefined, { signal }).catch((error: unknown) => {
      throw new Failure('interrupted', 'interrupted', { cause: error });
    });
  }
}

interface Answer {
  /** 0 when there was none. */
  readonly status: number;
  /** Slack says in one word why: `invalid_payload`, `channel_is_archived`. */
  readonly reason: string;
  readonly retryAfterMs?: number;
}

async function post(webhook: URL, payload: object, signal: AbortSignal): Promise<Answer> {
  try {
    const response = await fetch(webhook, {
      method: 'POST',
      headers: { 'content-type': 'application/json; charset=utf-8' },
      body: JSON.stringify(payload),
      // The address is a secret: it is not taken elsewhere.
      redirect: 'error',
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
    });
    const reason = (await response.text()).slice(0, 200).trim();
    const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
    return { status: response.status, reason, ...(Number.isFinite(seconds) && { retryAfterMs: seconds * 1000 }) };
  } catch (error) {
    if (signal.aborted) throw new Failure('interrupted', 'interrupted', { cause: error });
    return { status: 0, reason: error instanceof Error ? error.message : String(error) };
  }
}

function refusal({ status, reason }: Answer): Failure {
  if (status === 0) return new Failure('unreachable', `Slack is out of reach: ${reason}`);
  if ([401, 403, 404, 410].includes(status))
    return new Failure('denied', `Slack does not take it (${status} ${reason}): is SLACK_WEBHOOK_URL still good?`);
  return new Failure('negative', `Slack answered ${status} ${reason}`);
}

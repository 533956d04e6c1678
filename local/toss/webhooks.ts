import { setTimeout as delay } from 'node:timers/promises';
import { type Payment, representPayment } from './payment.ts';

export interface WebhooksOptions {
  /** Undefined: nobody is told. */
  readonly url: string | undefined;
  /** Until the first repetition, in milliseconds; each later one waits four times as long. The real one: a minute. */
  readonly retryMs: number;
}

/** How often one is repeated that was not answered with 200. */
const repetitions = 7;
const answerWithinMs = 10_000;

/** Tells an address what became of payments, in the order and as often as the payment's scenario says. */
export class Webhooks {
  url: string | undefined;
  readonly #retryMs: number;
  readonly #closing = new AbortController();
  readonly #underWay = new Set<Promise<void>>();
  /** What was last told of a payment, or would have been. */
  readonly #before = new Map<string, object>();

  constructor({ url, retryMs }: WebhooksOptions) {
    this.url = url;
    this.#retryMs = retryMs;
  }

  /** The buyer's doing, which nobody is told of: the payment service has no webhook of it. */
  note(payment: Payment): void {
    this.#before.set(payment.paymentKey, eventOf(payment));
  }

  /** Tells of a change. Resolves once the first attempt at each webhook is over. */
  async tell(payment: Payment): Promise<void> {
    const event = eventOf(payment);
    const previous = this.#before.get(payment.paymentKey) ?? event;
    this.#before.set(payment.paymentKey, event);
    const { webhook } = payment.scenario;
    if (webhook === 'never') return;
    await this.#deliver(event);
    if (webhook === 'twice') await this.#deliver(event);
    if (webhook === 'out-of-order') await this.#deliver(previous);
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await Promise.all(this.#underWay);
  }

  async #deliver(event: object) {
    if (await this.#attempt(event)) return;
    const repeating = this.#repeat(event).finally(() => this.#underWay.delete(repeating));
    this.#underWay.add(repeating);
  }

  async #repeat(event: object) {
    const { signal } = this.#closing;
    for (let wait = this.#retryMs, left = repetitions; left > 0; wait *= 4, left -= 1) {
      await delay(wait, undefined, { signal, ref: false }).catch(() => undefined);
      if (signal.aborted || (await this.#attempt(event))) return;
    }
  }

  async #attempt(event: object): Promise<boolean> {
    if (this.url === undefined) return true;
    const signal = AbortSignal.any([this.#closing.signal, AbortSignal.timeout(answerWithinMs)]);
    const headers = { 'content-type': 'application/json' };
    try {
      const response = await fetch(this.url, { method: 'POST', headers, body: JSON.stringify(event), signal });
      await response.body?.cancel();
      return response.status === 200;
    } catch {
      // As any answer but 200: it is sent again later.
      return false;
    }
  }
}

function eventOf(payment: Payment): object {
  const createdAt = new Date(Date.now() + 9 * 3_600_000).toISOString().slice(0, 23);
  return { eventType: 'PAYMENT_STATUS_CHANGED', createdAt, data: representPayment(payment) };
}

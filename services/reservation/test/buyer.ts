import { type Client, createClient, ProblemError } from '@ticketaka/platform/client';
import { newId } from '@ticketaka/platform/ids';
import { api } from '../api.ts';

/** Somebody who buys, with the typed client that pages use. */
export class Buyer {
  readonly memberId: string;
  readonly client: Client<typeof api>;
  readonly #token: string;

  constructor(options: { readonly url: string; readonly memberId: string; readonly token: string }) {
    this.memberId = options.memberId;
    this.#token = options.token;
    this.client = createClient(api, { origin: options.url, timeoutMs: 30_000 });
  }

  get auth() {
    return { token: this.#token };
  }

  async hold(body: Parameters<Client<typeof api>['hold']>[0]['body'], idempotencyKey = newId()) {
    return (await this.client.hold({ ...this.auth, idempotencyKey, body })).body;
  }

  async book(holdId: string, paymentKey?: string, idempotencyKey = newId()) {
    const payment = paymentKey === undefined ? undefined : { provider: 'toss' as const, paymentKey };
    return await this.client.book({ ...this.auth, idempotencyKey, body: { holdId, ...(payment && { payment }) } });
  }

  /** Holds and pays. */
  async buy(body: Parameters<Client<typeof api>['hold']>[0]['body']) {
    const held = await this.hold(body);
    return (await this.book(held.id, held.total > 0 ? `key-${newId()}` : undefined)).body;
  }
}

/** What a call is refused with. */
export async function refusal(call: Promise<unknown>): Promise<{ status: number; code: string; extensions: unknown }> {
  try {
    await call;
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    const { status, code, extensions } = error;
    return { status, code, extensions };
  }
  throw new Error('it was not refused');
}

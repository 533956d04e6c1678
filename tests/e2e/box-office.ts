import { randomUUID } from 'node:crypto';
import { waitFor } from '@ticketaka/platform/testing';
import { Hold, Reservation } from '@ticketaka/reservation/api';
import { z } from 'zod';
import { expectStatus } from './people.ts';
import type { Platform } from './platform.ts';
import { openShow } from './show.ts';
import { type Mint, mint } from './tokens.ts';
import { type Answer, Visitor } from './visitor.ts';

export const base = '/api/reservations';
const paymentKey = z.object({ paymentKey: z.string() });

type Held = z.output<typeof Hold>;

/** What buyers, organisers and staff do, through the gateway. */
export class BoxOffice {
  readonly #platform: Platform;
  readonly #mint: Mint;
  readonly organizer: Visitor;

  private constructor(platform: Platform, minted: Mint, organizer: Visitor) {
    this.#platform = platform;
    this.#mint = minted;
    this.organizer = organizer;
  }

  static async open(platform: Platform): Promise<BoxOffice> {
    const minted = await mint(platform);
    const organizer = new Visitor(platform.gateway);
    organizer.token = await minted.good(['organizer']);
    return new BoxOffice(platform, minted, organizer);
  }

  /** Somebody with these roles, whom members does not know. */
  async stranger(roles: readonly string[] = []): Promise<Visitor> {
    const visitor = new Visitor(this.#platform.gateway);
    visitor.token = await this.#mint.good(roles);
    return visitor;
  }

  /** A show on sale, once the catalogue has heard of it. */
  async show(change?: object) {
    const show = await openShow(this.organizer, change);
    const path = `${base}/sessions/${show.sessionId}/availability`;
    const known = async () => (await this.organizer.send('GET', path)).status === 200;
    await waitFor(known, { timeoutMs: 30_000, what: 'the session to be sold' });
    return show;
  }

  post(by: Visitor, path: string, body: unknown): Promise<Answer> {
    return by.send('POST', base + path, { body, headers: { 'idempotency-key': randomUUID() } });
  }

  async hold(by: Visitor, wanted: object): Promise<Held> {
    return Hold.parse(expectStatus(await this.post(by, '/holds', wanted), 201).body);
  }

  /** Agrees to pay, as a person does in the window of the payment service, and books. */
  async book(by: Visitor, { id, payment }: Held) {
    const paid = payment && { payment: { provider: 'toss', paymentKey: await this.#agree(payment) } };
    return Reservation.parse(expectStatus(await this.post(by, '', { holdId: id, ...paid }), 201).body);
  }

  /** What the payment service has in its books. */
  async ledger(): Promise<string> {
    return await (await fetch(`${await this.#toss()}/sandbox/ledger`)).text();
  }

  async #agree(payment: NonNullable<Held['payment']>): Promise<string> {
    const body = JSON.stringify({ orderId: payment.orderId, amount: payment.amount });
    const response = await fetch(`${await this.#toss()}/sandbox/payments`, { method: 'POST', body });
    return paymentKey.parse(await response.json()).paymentKey;
  }

  async #toss(): Promise<string> {
    const { ports } = await this.#platform.state();
    return `http://127.0.0.1:${ports['toss']}`;
  }
}

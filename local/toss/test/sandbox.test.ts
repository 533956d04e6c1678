import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { json } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { newId } from '@ticketaka/platform/ids';
import { waitFor } from '@ticketaka/platform/testing';
import { z } from 'zod';
import { readWebhook } from '../../../services/reservation/payments/index.ts';
import type { ScenarioChange } from '../scenario.ts';
import { startToss, type TossFixture } from './fixture.ts';

const Told = z.object({ data: z.object({ paymentKey: z.string(), status: z.string() }) });

let shop: Server;
let toss: TossFixture;
/** What the shop was told, as it came. */
let told: unknown[] = [];
/** How many webhooks the shop does not take. */
let deaf = 0;

beforeAll(async () => {
  shop = createServer((request, response) => {
    void json(request).then((body) => {
      deaf -= 1;
      if (deaf < 0) told.push(body);
      return response.writeHead(deaf < 0 ? 200 : 503).end();
    });
  }).listen(0, '127.0.0.1');
  await once(shop, 'listening');
  const address = shop.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  toss = await startToss({ webhookUrl: `http://127.0.0.1:${port}/webhooks/toss` });
});
afterAll(async () => {
  await toss[Symbol.asyncDispose]();
  shop.closeAllConnections();
  await new Promise((resolve) => shop.close(resolve));
});
beforeEach(() => {
  deaf = 0;
});
afterEach(() => {
  told = [];
});

const statuses = () => told.map((event) => Told.parse(event).data.status);
const ask = (path: string, method = 'GET', body?: object) =>
  fetch(`${toss.sandbox.url}${path}`, { method, ...(body && { body: JSON.stringify(body) }), redirect: 'manual' });

describe('a webhook', () => {
  it('names the payment, and is one that our service reads', async () => {
    const order = toss.order();
    await toss.port.confirm(order);
    await waitFor(() => told.length === 1);
    const { orderId, paymentKey } = order;
    expect(readWebhook(told[0])).toEqual({ kind: 'payment', orderId, paymentKey });
    expect(statuses()).toEqual(['DONE']);
  });

  it('comes before the answer when it is told to', async () => {
    await toss.port.confirm(toss.order({ webhook: 'before' }));
    expect(statuses()).toEqual(['DONE']);
  });

  it('comes though there is never an answer', async () => {
    const unanswered = toss.hasty.confirm(toss.order({ confirm: 'time-out' }));
    await waitFor(() => told.length === 1);
    expect(await unanswered).toMatchObject({ kind: 'unknown' });
  });

  it.each([
    ['twice', ['DONE', 'DONE']],
    ['out-of-order', ['DONE', 'IN_PROGRESS']],
  ] as const)('comes %s', async (webhook, expected) => {
    await toss.port.confirm(toss.order({ webhook }));
    await waitFor(() => told.length === 2);
    expect(statuses()).toEqual(expected);
  });

  it('never comes when it is told not to', async () => {
    await toss.port.confirm(toss.order({ webhook: 'never' }));
    // The control: the next payment's does come.
    const next = toss.order();
    await toss.port.confirm(next);
    await waitFor(() => told.length > 0);
    expect(told.map((event) => Told.parse(event).data.paymentKey)).toEqual([next.paymentKey]);
  });

  it('is repeated until it is taken', async () => {
    deaf = 2;
    await toss.port.confirm(toss.order());
    await waitFor(() => told.length === 1);
    expect(deaf).toBe(-1);
  });

  it('tells of declines and of cancels, and not of repetitions', async () => {
    await toss.port.confirm(toss.order({ confirm: 'decline', webhook: 'before' }));
    const order = toss.order({ webhook: 'before' });
    await toss.port.confirm(order);
    await toss.port.confirm(order);
    const cancel = { paymentKey: order.paymentKey, amount: 1_000, reason: 'x', idempotencyKey: newId() };
    await toss.port.cancel(cancel);
    await toss.port.cancel(cancel);
    expect(statuses()).toEqual(['ABORTED', 'DONE', 'PARTIAL_CANCELED']);
  });
});

describe('the levers', () => {
  it('let a buyer agree to pay, and show what became of the money', async () => {
    const orderId = newId();
    const scenario: ScenarioChange = { confirm: 'decline' };
    const agreed = await ask('/sandbox/payments', 'POST', { orderId, amount: 30_000, scenario });
    expect(agreed.status).toBe(201);
    const { paymentKey } = z.object({ paymentKey: z.string() }).parse(await agreed.json());
    await toss.port.confirm({ paymentKey, orderId, amount: 30_000, idempotencyKey: newId() });
    const ledger = z.object({ payments: z.array(z.looseObject({ orderId: z.string() })) });
    const { payments } = ledger.parse(await (await ask('/sandbox/ledger')).json());
    expect(payments.find((payment) => payment.orderId === orderId)).toEqual({
      paymentKey,
      orderId,
      status: 'ABORTED',
      amount: 30_000,
      captured: 0,
      refunded: 0,
      cancels: [],
    });
  });

  it('say how payments go that say nothing else', async () => {
    await ask('/sandbox/scenario', 'PUT', { confirm: 'decline', code: 'REJECT_CARD_COMPANY' });
    expect(await toss.port.confirm(toss.order())).toMatchObject({ code: 'REJECT_CARD_COMPANY' });
    await ask('/sandbox/scenario', 'PUT', { confirm: 'approve' });
    expect(await toss.port.confirm(toss.order())).toMatchObject({ kind: 'approved' });
  });

  it.each([
    ['POST', '/sandbox/payments', { orderId: 'x', amount: 50 }, 400],
    ['PUT', '/sandbox/scenario', { confirm: 'perhaps' }, 400],
    ['GET', '/sandbox/nothing', undefined, 404],
    ['GET', '/v1/payments/nobody', undefined, 401],
  ] as const)('%s %s is turned away', async (...[method, path, body, status]) => {
    expect((await ask(path, method, body)).status).toBe(status);
  });
});

describe('the payment window', () => {
  const query = { orderId: newId(), amount: '45000', orderName: '<b>뮤지컬</b>' };
  const urls = { successUrl: 'http://localhost:1/paid?session=7', failUrl: 'http://localhost:1/failed' };
  const press = async (choice: string) => {
    const body = new URLSearchParams({ ...query, ...urls, choice });
    const answer = await fetch(`${toss.sandbox.url}/sandbox/pay`, { method: 'POST', body, redirect: 'manual' });
    return new URL(answer.headers.get('location') ?? '');
  };

  it('shows what is to be paid', async () => {
    const page = await (await ask(`/sandbox/pay?${new URLSearchParams({ ...query, ...urls }).toString()}`)).text();
    expect(page).toContain('45,000원');
    expect(page).toContain('&lt;b&gt;뮤지컬');
    expect(page).not.toContain('<b>');
  });

  it('leads back with a payment that can be confirmed', async () => {
    const { searchParams: back, pathname } = await press('approve');
    expect(pathname).toBe('/paid');
    expect(back.get('session')).toBe('7');
    const [paymentKey, orderId] = [back.get('paymentKey') ?? '', back.get('orderId') ?? ''];
    const amount = Number(back.get('amount'));
    expect(await toss.port.confirm({ paymentKey, orderId, amount, idempotencyKey: newId() })).toMatchObject({
      kind: 'approved',
      amount: 45_000,
    });
  });

  it('leads back with an error when the buyer thinks better of it', async () => {
    const { searchParams: back, pathname } = await press('cancel');
    expect([pathname, back.get('code')]).toEqual(['/failed', 'PAY_PROCESS_CANCELED']);
  });

  it('leads nowhere but to web addresses', async () => {
    const odd = new URLSearchParams({ ...query, ...urls, successUrl: 'javascript:alert(1)' });
    expect((await ask(`/sandbox/pay?${odd.toString()}`)).status).toBe(400);
  });
});

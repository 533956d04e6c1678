import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { createWebhookGate, readWebhook } from './webhook.ts';

const changed = {
  eventType: 'PAYMENT_STATUS_CHANGED',
  createdAt: '2022-05-12T00:00:00.000',
  data: { paymentKey: 'key_1', orderId: 'order-0001', status: 'DONE', totalAmount: 1 },
};

describe('a webhook', () => {
  it.each(['PAYMENT_STATUS_CHANGED', 'CANCEL_STATUS_CHANGED'])(
    '%s names the payment, and says nothing else',
    (eventType) => {
      expect(readWebhook({ ...changed, eventType })).toEqual({
        kind: 'payment',
        orderId: 'order-0001',
        paymentKey: 'key_1',
      });
    },
  );

  it('of another kind is ignored, by its name', () => {
    expect(readWebhook({ ...changed, eventType: 'payout.changed' })).toEqual({
      kind: 'ignored',
      eventType: 'payout.changed',
    });
  });

  it.each([
    [
      'a deposit callback',
      { createdAt: 'x', secret: 'ps_1', status: 'DONE', transactionKey: 'k', orderId: 'order-0001' },
    ],
    [
      'a path for a key',
      { ...changed, data: { ...changed.data, paymentKey: '../../v1/payments/confirm' } },
      changed.eventType,
    ],
    ['nothing', undefined],
    ['an array', [changed]],
  ])('that is %s is ignored', (_, body, eventType = 'unreadable') => {
    expect(readWebhook(body)).toEqual({ kind: 'ignored', eventType });
  });

  it('of any shape is read without an exception', () => {
    fc.assert(
      fc.property(fc.anything(), fc.anything(), (body, data) => {
        expect(readWebhook(body).kind).toBe('ignored');
        expect(['ignored', 'payment']).toContain(readWebhook({ ...changed, data }).kind);
      }),
    );
  });
});

describe('the gate of webhooks', () => {
  const [older, newer] = [new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)];

  it('admits who knows the token of any key', () => {
    const before = createWebhookGate([older]);
    const now = createWebhookGate([newer, older]);
    expect(now.token).toMatch(/^[\w-]{43}$/);
    expect(now.token).not.toBe(before.token);
    expect([now.admits(now.token), now.admits(before.token), before.admits(now.token)]).toEqual([true, true, false]);
  });

  it('admits nobody else', () => {
    const gate = createWebhookGate([newer]);
    for (const guess of ['', 'x', gate.token.slice(1), `${gate.token} `, gate.token.toLowerCase()]) {
      expect(gate.admits(guess)).toBe(false);
    }
  });

  it('needs a key', () => {
    expect(() => createWebhookGate([])).toThrow(TypeError);
  });
});

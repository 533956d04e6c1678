import * as fc from 'fast-check';

/** A payment as Toss shows it, that answers what was asked. */
export function goodPayment(asked: { readonly paymentKey: string; readonly orderId: string; readonly amount: number }) {
  return {
    mId: 'shop',
    version: '2022-11-16',
    paymentKey: asked.paymentKey,
    orderId: asked.orderId,
    status: 'DONE',
    currency: 'KRW',
    totalAmount: asked.amount,
    balanceAmount: asked.amount,
    method: '카드',
    approvedAt: '2026-11-20T21:30:00+09:00',
    receipt: { url: 'https://dashboard.tosspayments.com/receipt/1' },
    failure: null,
    cancels: null,
  };
}

const amiss = fc.oneof(
  fc.constantFrom<unknown>(undefined, null, '', 0, -1, 1e21, 'DONE', 'CANCELED', 'IN_PROGRESS', 'USD', [], {}, true),
  fc.string(),
  fc.double(),
  fc.anything(),
);

/** A payment of which some fields are something else. */
export function oddPayment(good: object): fc.Arbitrary<object> {
  const names = [
    'paymentKey',
    'orderId',
    'status',
    'currency',
    'totalAmount',
    'balanceAmount',
    'approvedAt',
    'cancels',
  ];
  return fc
    .uniqueArray(fc.tuple(fc.constantFrom(...names), amiss), { minLength: 1, maxLength: 3, selector: ([name]) => name })
    .map((changes) => ({ ...good, ...Object.fromEntries(changes) }));
}

/** Anything that may come back under HTTP. */
export function anyBody(good: object): fc.Arbitrary<string> {
  const text = JSON.stringify(good);
  return fc.oneof(
    oddPayment(good).map((odd) => JSON.stringify(odd, (_, value: unknown) => (typeof value === 'bigint' ? 1 : value))),
    fc.json(),
    fc.string({ unit: 'binary' }),
    fc.nat(text.length).map((length) => text.slice(0, length)),
    fc.constantFrom('', '[]', 'null', '{"code":1}', '{"code":"' + 'A'.repeat(5_000) + '"}', '<html>502</html>'),
    fc
      .constantFrom('ALREADY_PROCESSED_PAYMENT', 'PROVIDER_ERROR', 'UNAUTHORIZED_KEY', 'CODE_OF_NEXT_YEAR')
      .map((code) => JSON.stringify({ code, message: '' })),
  );
}

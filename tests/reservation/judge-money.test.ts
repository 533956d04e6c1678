import { describe, it } from '@jest/globals';
import { type Fault, finds, good, paid, payments, records, withRecords, withTicket } from './judged-sale.ts';

describe('the judge of money', () => {
  it.each<Fault>([
    [
      'money that was taken for nothing',
      { ...good, payments: [...payments, { paymentKey: 'x', orderId: 'nobody', captured: 5_000, refunded: 0 }] },
      /5000 won were kept for order nobody, which has no reservation/,
    ],
    [
      'money that was taken twice',
      { ...good, payments: [...payments, { paymentKey: 'x', orderId: 'jin-hold', captured: 104_000, refunded: 0 }] },
      /208000 won are kept for reservation jin/,
    ],
    [
      'seats that were not paid for',
      { ...good, payments: payments.filter(({ orderId }) => orderId !== 'jin-hold') },
      /^0 won are kept for reservation jin \(CONFIRMED\), and 104000 should be/,
    ],
    [
      'a refund that was not made',
      {
        ...good,
        payments: payments.map((entry) => (entry.orderId === 'bom-hold' ? { ...entry, refunded: 0 } : entry)),
      },
      /^52000 won are kept for reservation bom \(REFUNDED\), and 0 should be/,
    ],
    [
      'a refund that nobody wrote down',
      withRecords({
        payments: records.payments.map((row) => (row.reservationId === 'bom' ? paid('bom', 52_000) : row)),
      }),
      /gave 52000 back, and 52000 and 0 are written down/,
    ],
    [
      'a payment that never was',
      { ...good, payments: payments.filter(({ orderId }) => orderId !== 'bom-hold') },
      /payment bom-key is refunded, and took nothing/,
    ],
    [
      'a refund that is still due',
      withRecords({
        refunds: [{ id: 'refund-1', reservationId: 'hana', state: 'waiting' }, ...records.refunds.slice(1)],
      }),
      /refund refund-1 is waiting/,
    ],
    ['prices that do not add up', withTicket('jin-1', { price: 1 }), /costs 100000, and its tickets cost 50001/],
  ])('finds %s', finds);
});

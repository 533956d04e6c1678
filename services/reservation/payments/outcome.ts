import type { ConfirmOutcome, Order, PaymentRecord } from './port.ts';

/** What a payment says about an order. The only place that makes an approval, so that none is of another amount. */
export function outcomeOf(payment: PaymentRecord, order: Order): ConfirmOutcome {
  const { paymentKey, orderId, amount, state, approvedAt, method, receiptUrl, failure } = payment;
  const isAsked = paymentKey === order.paymentKey && orderId === order.orderId && amount === order.amount;
  if (!isAsked) return { kind: 'unknown', reason: 'contradiction' };
  if (state === 'open') return { kind: 'unknown', reason: 'unfinished' };
  if (state === 'failed') return { kind: 'declined', ...(failure ?? { code: 'ABORTED', message: '' }) };
  if (state === 'cancelled') return { kind: 'declined', code: 'CANCELED', message: '' };
  if (!approvedAt) return { kind: 'unknown', reason: 'contradiction' };
  return {
    kind: 'approved',
    paymentKey,
    approvedAt,
    amount,
    method: method ?? '',
    ...(receiptUrl !== undefined && { receiptUrl }),
  };
}

/**
 * The same of a payment that was looked up by its key. One that belongs to another order never pays for this one,
 * whatever became of it: the key comes from a browser, and may be another buyer's.
 */
export function settledBy(payment: PaymentRecord, order: Order): ConfirmOutcome {
  const isForeign = payment.paymentKey === order.paymentKey && payment.orderId !== order.orderId;
  return isForeign ? { kind: 'declined', code: 'NOT_OF_THIS_ORDER', message: '' } : outcomeOf(payment, order);
}

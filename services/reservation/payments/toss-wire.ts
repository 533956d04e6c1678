import { z } from 'zod';
import { OrderId, PaymentKey, type PaymentRecord } from './port.ts';

const won = z.int().min(0).max(4_000_000_000);
const text = z.string().max(500);
const time = z.iso.datetime({ offset: true });

export const TossError = z.object({
  code: z.string().regex(/^[A-Z0-9_]{1,100}$/),
  message: z.string().max(2_000).catch(''),
});

/** The Payment object of version 2022-11-16, as far as we read it. */
const TossPayment = z
  .object({
    paymentKey: PaymentKey,
    orderId: OrderId,
    status: z.enum([
      'READY',
      'IN_PROGRESS',
      'WAITING_FOR_DEPOSIT',
      'DONE',
      'CANCELED',
      'PARTIAL_CANCELED',
      'ABORTED',
      'EXPIRED',
    ]),
    currency: z.literal('KRW'),
    totalAmount: won,
    balanceAmount: won,
    method: text.nullish(),
    approvedAt: time.nullish(),
    receipt: z.object({ url: z.url({ protocol: /^https?$/ }).max(500) }).nullish(),
    failure: TossError.nullish(),
    cancels: z.array(z.object({ transactionKey: PaymentKey, cancelAmount: won, cancelReason: text })).nullish(),
  })
  .refine(hasSoundBalance, 'the balance is not what is left');

const states = {
  READY: 'open',
  IN_PROGRESS: 'open',
  WAITING_FOR_DEPOSIT: 'open',
  DONE: 'captured',
  PARTIAL_CANCELED: 'captured',
  CANCELED: 'cancelled',
  ABORTED: 'failed',
  EXPIRED: 'failed',
} as const;

const referencePattern = / \[([\w.-]{1,64})\]$/;

/** The reason of a cancel with our reference in it: the only field of it that comes back, of at most 200 characters. */
export function reasonWith(reason: string, reference: string | undefined): string {
  return reference === undefined ? reason.slice(0, 100) : `${reason.slice(0, 100)} [${reference}]`;
}

/** @returns undefined when it is not a payment, or contradicts itself */
export function parsePayment(body: unknown): PaymentRecord | undefined {
  const parsed = TossPayment.safeParse(body);
  if (!parsed.success) return undefined;
  const { paymentKey, orderId, status, totalAmount, balanceAmount, method, approvedAt, receipt, failure } = parsed.data;
  return {
    paymentKey,
    orderId,
    state: states[status],
    amount: totalAmount,
    balance: balanceAmount,
    cancels: (parsed.data.cancels ?? []).map(({ transactionKey, cancelAmount, cancelReason }) => {
      const reference = referencePattern.exec(cancelReason)?.[1];
      return { cancelKey: transactionKey, amount: cancelAmount, ...(reference !== undefined && { reference }) };
    }),
    ...(typeof method === 'string' && { method }),
    ...(typeof approvedAt === 'string' && { approvedAt: new Date(approvedAt) }),
    ...(receipt && { receiptUrl: receipt.url }),
    ...(states[status] === 'failed' && { failure: failure ?? { code: status, message: '' } }),
  };
}

function hasSoundBalance(payment: {
  readonly status: string;
  readonly totalAmount: number;
  readonly balanceAmount: number;
  readonly approvedAt?: string | null | undefined;
  readonly cancels?: readonly { readonly cancelAmount: number }[] | null | undefined;
}): boolean {
  const { status, totalAmount, balanceAmount, approvedAt } = payment;
  const given = (payment.cancels ?? []).reduce((sum, { cancelAmount }) => sum + cancelAmount, 0);
  const isPaid = typeof approvedAt === 'string';
  if (status === 'DONE') return isPaid && given === 0 && balanceAmount === totalAmount;
  if (status === 'PARTIAL_CANCELED')
    return isPaid && given > 0 && balanceAmount === totalAmount - given && balanceAmount > 0;
  if (status === 'CANCELED') return balanceAmount === 0;
  return true;
}

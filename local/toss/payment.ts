import type { Scenario } from './scenario.ts';

export type Status = 'IN_PROGRESS' | 'DONE' | 'PARTIAL_CANCELED' | 'CANCELED' | 'ABORTED' | 'EXPIRED';

interface Cancel {
  readonly transactionKey: string;
  readonly cancelAmount: number;
  readonly cancelReason: string;
  /** What was left after it. */
  readonly refundableAmount: number;
  readonly canceledAt: number;
}

/** A payment as the ledger keeps it. Times are in milliseconds. */
export interface Payment {
  readonly paymentKey: string;
  readonly orderId: string;
  readonly orderName: string;
  readonly amount: number;
  readonly requestedAt: number;
  readonly scenario: Scenario;
  readonly cancels: Cancel[];
  /** How often a fault has struck. */
  readonly struck: { confirm: number; cancel: number };
  status: Status;
  /** How often money was taken. More than once would be a defect of this sandbox. */
  captures: number;
  approvedAt?: number;
  failure?: { readonly code: string; readonly message: string };
  /** When a cancel was last asked for. */
  cancelAskedAt?: number;
}

export function refundedOf({ cancels }: Payment): number {
  return cancels.reduce((sum, { cancelAmount }) => sum + cancelAmount, 0);
}

export function capturedOf({ captures, amount }: Payment): number {
  return captures * amount;
}

/** As the API and its webhooks show it: a card payment of version 2022-11-16. */
export function representPayment(payment: Payment): object {
  const { paymentKey, orderId, orderName, amount, status, requestedAt, approvedAt, cancels, failure } = payment;
  const supplied = Math.round(amount / 1.1);
  return {
    mId: 'sandbox',
    version: '2022-11-16',
    lastTransactionKey: cancels.at(-1)?.transactionKey ?? (approvedAt === undefined ? null : `${paymentKey}-0`),
    paymentKey,
    orderId,
    orderName,
    taxExemptionAmount: 0,
    status,
    requestedAt: inSeoul(requestedAt),
    approvedAt: approvedAt === undefined ? null : inSeoul(approvedAt),
    useEscrow: false,
    cultureExpense: false,
    card:
      approvedAt === undefined
        ? null
        : { issuerCode: '33', acquirerCode: '31', number: '12345678****123*', installmentPlanMonths: 0, amount },
    virtualAccount: null,
    transfer: null,
    mobilePhone: null,
    giftCertificate: null,
    cashReceipt: null,
    discount: null,
    cancels:
      cancels.length === 0
        ? null
        : cancels.map((cancel) => ({
            ...cancel,
            canceledAt: inSeoul(cancel.canceledAt),
            taxFreeAmount: 0,
            taxExemptionAmount: 0,
            easyPayDiscountAmount: 0,
            receiptKey: null,
            cancelStatus: 'DONE',
            cancelRequestId: null,
          })),
    secret: null,
    type: 'NORMAL',
    easyPay: null,
    country: 'KR',
    failure: failure ?? null,
    isPartialCancelable: true,
    receipt: approvedAt === undefined ? null : { url: `https://dashboard.tosspayments.com/receipt/${paymentKey}` },
    checkout: { url: `https://api.tosspayments.com/v1/payments/${paymentKey}/checkout` },
    currency: 'KRW',
    totalAmount: amount,
    balanceAmount: amount - refundedOf(payment),
    suppliedAmount: supplied,
    vat: amount - supplied,
    taxFreeAmount: 0,
    method: approvedAt === undefined ? null : '카드',
    metadata: null,
  };
}

/** `2022-01-01T11:31:29+09:00` */
function inSeoul(time: number): string {
  return `${new Date(time + 9 * 3_600_000).toISOString().slice(0, 19)}+09:00`;
}

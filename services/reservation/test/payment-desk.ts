import { newId } from '@ticketaka/platform/ids';
import type { CancelOutcome, ConfirmOutcome, LookUpOutcome, PaymentPort, PaymentRecord } from '../payments/index.ts';

export type Behaviour = 'approve' | 'decline' | 'lose-answer' | 'never-arrive';

interface Entry {
  readonly orderId: string;
  readonly amount: number;
  cancelled: { readonly cancelKey: string; readonly amount: number; readonly reference?: string }[];
  readonly approvedAt: Date;
}

/** A payment service in this process that keeps books, and does what it is told to. The one over HTTP is in `tests/`. */
export class PaymentDesk implements PaymentPort {
  readonly captured = new Map<string, Entry>();
  readonly declined = new Set<string>();
  behaviour: Behaviour = 'approve';

  async confirm({ paymentKey, orderId, amount }: Parameters<PaymentPort['confirm']>[0]): Promise<ConfirmOutcome> {
    if (this.behaviour === 'never-arrive') return { kind: 'unknown', reason: 'connection' };
    if (this.behaviour === 'decline') {
      this.declined.add(paymentKey);
      return { kind: 'declined', code: 'REJECT_CARD_PAYMENT', message: '' };
    }
    const entry = this.captured.get(paymentKey) ?? { orderId, amount, cancelled: [], approvedAt: new Date() };
    this.captured.set(paymentKey, entry);
    if (this.behaviour === 'lose-answer') return { kind: 'unknown', reason: 'timeout' };
    return { kind: 'approved', paymentKey, approvedAt: entry.approvedAt, amount, method: '카드' };
  }

  async lookUp(which: Parameters<PaymentPort['lookUp']>[0]): Promise<LookUpOutcome> {
    const found = [...this.captured].find(([paymentKey, { orderId }]) =>
      'orderId' in which ? orderId === which.orderId : paymentKey === which.paymentKey,
    );
    return found ? { kind: 'found', payment: recordOf(...found) } : { kind: 'not-found' };
  }

  async cancel({ paymentKey, amount, reference }: Parameters<PaymentPort['cancel']>[0]): Promise<CancelOutcome> {
    const entry = this.captured.get(paymentKey);
    if (!entry) return { kind: 'refused', code: 'NOT_FOUND_PAYMENT' };
    const left = balanceOf(entry);
    const given = amount ?? left;
    if (given > left) return { kind: 'refused', code: 'NOT_CANCELABLE_AMOUNT' };
    const cancelKey = newId();
    entry.cancelled = [...entry.cancelled, { cancelKey, amount: given, ...(reference !== undefined && { reference }) }];
    return { kind: 'cancelled', cancelKey, amount: given, remaining: left - given };
  }

  /** Won that are kept for an order. */
  keptFor(orderId: string): number {
    return [...this.captured.values()]
      .filter((entry) => entry.orderId === orderId)
      .reduce((sum, entry) => sum + balanceOf(entry), 0);
  }
}

function balanceOf({ amount, cancelled }: Entry): number {
  return amount - cancelled.reduce((sum, each) => sum + each.amount, 0);
}

function recordOf(paymentKey: string, entry: Entry): PaymentRecord {
  const { orderId, amount, approvedAt, cancelled } = entry;
  const balance = balanceOf(entry);
  const state = balance === 0 && amount > 0 ? 'cancelled' : 'captured';
  return { paymentKey, orderId, state, amount, balance, cancels: cancelled, method: '카드', approvedAt };
}

import { escapeHtml } from '@ticketaka/platform/html';
import { z } from 'zod';
import { Authorisation } from './ledger.ts';
import type { ScenarioChange } from './scenario.ts';

const address = z.url({ protocol: /^https?$/ }).max(2_000);

/** What the shop hands to the payment window. */
export const PayQuery = z.object({
  orderId: Authorisation.shape.orderId,
  amount: z.coerce.number().pipe(Authorisation.shape.amount),
  orderName: Authorisation.shape.orderName,
  successUrl: address,
  failUrl: address,
});
export type PayQuery = z.output<typeof PayQuery>;

const choices = {
  approve: ['결제하기 · Pay', {}],
  decline: ['카드 거절 · Card declined', { confirm: 'decline' }],
  'time-out': ['승인 후 응답 없음 · Captured, no answer', { confirm: 'time-out' }],
  late: ['늦은 응답 · Late answer', { confirm: 'late', delayMs: 5_000 }],
  'error-before': ['승인 전 오류 · Error before capture', { confirm: 'error-before' }],
  'error-after': ['승인 후 오류 · Error after capture', { confirm: 'error-after' }],
} as const satisfies Readonly<Record<string, readonly [string, ScenarioChange]>>;

/** The form of the page: what was asked for, and which button was pressed. */
export const PayForm = PayQuery.extend({
  choice: z.enum(['cancel', 'approve', 'decline', 'time-out', 'late', 'error-before', 'error-after']),
});

export function scenarioOf(choice: keyof typeof choices): ScenarioChange {
  return choices[choice][1];
}

/** Where the browser goes when the buyer has agreed; the shop confirms the payment then. */
export function successAddress({ successUrl, orderId, amount }: PayQuery, paymentKey: string): string {
  return withQuery(successUrl, { paymentType: 'NORMAL', orderId, paymentKey, amount: String(amount) });
}

export function failAddress({ failUrl, orderId }: PayQuery): string {
  const error = { code: 'PAY_PROCESS_CANCELED', message: '사용자에 의해 결제가 취소되었습니다.' };
  return withQuery(failUrl, { ...error, orderId });
}

function withQuery(url: string, query: Readonly<Record<string, string>>): string {
  const target = new URL(url);
  for (const [name, value] of Object.entries(query)) target.searchParams.set(name, value);
  return target.href;
}

/** The payment window, for a person who tries Ticketaka out. */
export function payPage(query: PayQuery): string {
  const fields = Object.entries(query)
    .map(([name, value]) => `<input type="hidden" name="${name}" value="${escapeHtml(String(value))}">`)
    .join('');
  const buttons = Object.entries(choices)
    .map(([choice, [label]]) => `<button name="choice" value="${choice}">${label}</button>`)
    .join('');
  return `<!doctype html>
<html lang="ko">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>결제 샌드박스</title>
<style>
body { font: 16px/1.5 system-ui, sans-serif; max-width: 24rem; margin: 3rem auto; padding: 0 1rem }
button { display: block; width: 100%; margin: .5rem 0; padding: .75rem; font: inherit }
</style>
<h1>결제 샌드박스</h1>
<p>돈은 오가지 않습니다. No money moves here.</p>
<p>${escapeHtml(query.orderName)}<br><strong>${query.amount.toLocaleString('ko-KR')}원</strong></p>
<form method="post" action="/sandbox/pay">${fields}${buttons}
<button name="choice" value="cancel">취소 · Cancel</button></form>
`;
}

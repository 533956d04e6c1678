import { platformErrors } from '@ticketaka/platform/contract';
import { problem, Unavailable } from '@ticketaka/platform/http';
import { settlePayment } from '../claims/index.ts';
import { resolvePayment } from '../payments/index.ts';
import { reservationByOrder } from '../store/reservations.ts';
import type { Parts } from './parts.ts';
import { capturedOf } from './pay.ts';
import { showSettled } from './release-picture.ts';

/**
 * Somebody says that something became of a payment: it is asked what.
 * @throws Problem not_found when no reservation has this order
 * @throws Unavailable when it could not be found out: to be told again
 */
export async function hearOfPayment(
  parts: Parts,
  { orderId, paymentKey }: { readonly orderId: string; readonly paymentKey: string },
): Promise<void> {
  const row = await reservationByOrder(parts.db.kysely, orderId);
  if (!row) throw problem(platformErrors, 'not_found');
  const amount = row.ticket_total + row.fee;
  const resolution = await resolvePayment(parts.payments, { orderId, paymentKey, amount, ageSeconds: 0 });
  if (resolution.kind === 'not-yet' && resolution.reason !== 'unfinished')
    throw new Unavailable('the payment service could not be asked');
  if (resolution.kind !== 'captured' && resolution.kind !== 'contradiction') return;
  const payment =
    resolution.kind === 'captured'
      ? capturedOf(row, resolution.approval)
      : capturedOf(row, { ...resolution, kind: 'approved', approvedAt: parts.now(), method: '' });
  await showSettled(parts, await settlePayment(parts, payment));
}

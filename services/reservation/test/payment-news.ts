import { createWebhookGate } from '../payments/index.ts';
import type { ReservationServer } from './reservation-server.ts';

/** Tells the service, as the payment service does, that something became of a payment. @returns the status of the answer */
export async function tellOfPayment(
  { url, identity }: Pick<ReservationServer, 'url' | 'identity'>,
  payment: { readonly orderId: string; readonly paymentKey: string },
): Promise<number> {
  const { token } = createWebhookGate([new Uint8Array(Buffer.from(identity.saleKeys, 'base64url'))]);
  const { status } = await fetch(`${url}/api/reservations/payments/toss/${token}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ eventType: 'PAYMENT_STATUS_CHANGED', data: payment }),
  });
  return status;
}

import { createHash, hkdfSync, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { OrderId, PaymentKey } from './port.ts';

/** What a webhook tells us to ask about. Nothing else in it is believed: Toss does not sign those of payments. */
export type WebhookEvent =
  | { readonly kind: 'payment'; readonly orderId: string; readonly paymentKey: string }
  /** Of no interest, or not a webhook at all: to be answered as if it were, or it would be sent for days. */
  | { readonly kind: 'ignored'; readonly eventType: string };

const PaymentChanged = z.object({
  eventType: z.literal(['PAYMENT_STATUS_CHANGED', 'CANCEL_STATUS_CHANGED']),
  data: z.object({ paymentKey: PaymentKey, orderId: OrderId }),
});
const EventType = z.object({ eventType: z.string().regex(/^[\w.]{1,64}$/) });

/** Reads what was posted, parsed as JSON. Never throws. */
export function readWebhook(body: unknown): WebhookEvent {
  const changed = PaymentChanged.safeParse(body);
  if (changed.success) return { kind: 'payment', ...changed.data.data };
  const other = EventType.safeParse(body);
  return { kind: 'ignored', eventType: other.success ? other.data.eventType : 'unreadable' };
}

export interface WebhookGate {
  /** The last segment of the address that is registered with Toss: 43 characters of base64url. */
  readonly token: string;
  /** Whether somebody who posts there knows it, or that of an older key. Takes the same time whatever is given. */
  admits(given: string): boolean;
}

/**
 * A secret in the address, since strangers must not make us ask Toss without end.
 * @param keys the first makes the token, all are admitted
 */
export function createWebhookGate(keys: readonly Uint8Array[]): WebhookGate {
  const tokens = keys.map((key) =>
    Buffer.from(hkdfSync('sha256', key, new Uint8Array(), 'toss webhook', 32)).toString('base64url'),
  );
  const digests = tokens.map(digestOf);
  const [token] = tokens;
  if (token === undefined) throw new TypeError('there is no key to make a token of');
  return {
    token,
    admits(given) {
      const digest = digestOf(given);
      // All are compared, so that the time does not tell which it was.
      return digests.filter((known) => timingSafeEqual(known, digest)).length > 0;
    },
  };
}

function digestOf(text: string): Uint8Array {
  return createHash('sha256').update(text).digest();
}

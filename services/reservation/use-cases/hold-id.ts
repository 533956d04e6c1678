import { hash } from 'node:crypto';
import type { KeyedRequest } from '@ticketaka/platform/http';

/**
 * The same key is the same hold, which makes a repeated request a replay: 128 bits in base64url. Of another session it is
 * another one, since the payment service knows an order by it alone.
 */
export function holdKeyOf({ key }: Pick<KeyedRequest, 'key'>, sessionId: string): string {
  return hash('sha256', `${sessionId}\n${key}`, 'base64url').slice(0, 22);
}

/** A hold is found where its session is, so its id names both. */
export function splitHoldId(id: string): { readonly sessionId: string; readonly key: string } {
  const [sessionId = '', key = ''] = id.split('.');
  return { sessionId, key };
}

export function joinHoldId({ sessionId, key }: { readonly sessionId: string; readonly key: string }): string {
  return `${sessionId}.${key}`;
}

import { createHash, timingSafeEqual } from 'node:crypto';

export type Purpose = 'sign-up' | 'password-reset';

export const codeLifetimeSeconds = 5 * 60;
export const ticketLifetimeSeconds = 30 * 60;
/** Wrong tries that a code survives. */
export const codeTries = 5;
export const resendAfterSeconds = 60;

/** A code that was sent, as it is kept: never in the clear. */
export interface SentCode {
  readonly id: string;
  /** Null when nobody was sent anything, which must look the same from outside. */
  readonly codeHash: string | null;
  readonly wrongTries: number;
  readonly expired: boolean;
}

/** Six digits, leading zeros included, from a number that is uniform over 0 to 999 999. */
export function formatCode(random: number): string {
  return String(random).padStart(6, '0');
}

/** Bound to its row, so that equal codes of two people are not equal hashes. */
export function hashCode(id: string, code: string): string {
  return createHash('sha256').update(`${id}:${code}`).digest('hex');
}

export function hashTicket(ticket: string): string {
  return createHash('sha256').update(ticket).digest('hex');
}

/**
 * Whether the code opens the door. A right code may be shown again while it lives: the answer to the first time may
 * have been lost on its way.
 */
export function opens(sent: SentCode, code: string): boolean {
  if (sent.codeHash === null || sent.expired || sent.wrongTries >= codeTries) return false;
  const [given, kept] = [hashCode(sent.id, code), sent.codeHash];
  return given.length === kept.length && timingSafeEqual(Buffer.from(given), Buffer.from(kept));
}

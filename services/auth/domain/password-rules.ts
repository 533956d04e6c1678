import type { WeakPasswordReason } from '../schemas.ts';

const shortest = 10;
const longest = 128;
/** A shorter local part is a syllable that good passwords hold by chance: `kim`. */
const shortestLocalPart = 4;

/**
 * One spelling for each password, whatever the keyboard sends: Hangul from macOS and full-width digits from an IME
 * compare equal to what Windows and a phone send. NFKC as NIST SP 800-63B section 3.1.1.2 asks.
 */
export function normalisePassword(password: string): string {
  return password.normalize('NFKC');
}

export interface PasswordChoice {
  /** After {@link normalisePassword}. */
  readonly password: string;
  readonly email: string;
  /** Whether a password, in lower case, is one of the most common. */
  readonly isCommon: (password: string) => boolean;
}

/** Why a password may not be chosen, or undefined when it may. No composition rules (NIST SP 800-63B). */
export function weaknessOf({ password, email, isCommon }: PasswordChoice): WeakPasswordReason | undefined {
  const length = Array.from(password).length;
  if (length < shortest) return 'too_short';
  if (length > longest) return 'too_long';
  const folded = password.toLowerCase();
  if (isCommon(folded)) return 'common';
  if (namesIn(email).some((name) => folded.includes(name))) return 'contains_address';
  return undefined;
}

/** The address, its local part, and the local part without a `+tag`. */
function namesIn(email: string): string[] {
  const address = normalisePassword(email).toLowerCase();
  const localPart = address.slice(0, Math.max(0, address.lastIndexOf('@')));
  const mailbox = localPart.split('+', 1).join('');
  return [address, ...[localPart, mailbox].filter((name) => Array.from(name).length >= shortestLocalPart)].filter(
    Boolean,
  );
}

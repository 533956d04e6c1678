import { createHash, timingSafeEqual } from 'node:crypto';

/** How a presale's code is kept: whoever reads the table cannot show it at the door. */
export interface KeptCode {
  readonly salt: Buffer;
  readonly hash: Buffer;
}

export const saltBytes = 16;

export function keepCode(code: string, salt: Buffer): KeptCode {
  return { salt, hash: hashOf(code, salt) };
}

export function isCode(given: string, { salt, hash }: KeptCode): boolean {
  return timingSafeEqual(hashOf(given, salt), hash);
}

/** Typed by hand from a mail: neither case nor the form of the letters matters. */
function hashOf(code: string, salt: Buffer): Buffer {
  return createHash('sha256').update(salt).update(code.trim().normalize('NFKC').toUpperCase()).digest();
}

import { createHmac, createSecretKey, hkdfSync, type KeyObject, timingSafeEqual } from 'node:crypto';

/** Who a token is for. Both are UUIDs. */
export interface Holder {
  readonly sessionId: string;
  readonly memberId: string;
}

export interface Pass {
  /** For the hold route: works for this member and this session only. */
  readonly pass: string;
  readonly expiresAt: Date;
}

export interface SigningOptions {
  /** 32 random bytes each: the first signs, all verify, so that keys can change during a sale. */
  readonly keys: readonly Uint8Array[];
  /** @default Date.now */
  readonly now?: (() => number) | undefined;
  /** How long a pass lasts. @default 10 minutes */
  readonly passMs?: number | undefined;
  /** How long a place lasts. @default 24 hours */
  readonly placeMs?: number | undefined;
}

export interface Signing {
  /** @param number the place in the queue, 0 for one in the lobby */
  issuePlace(holder: Holder, number: number): string;
  /** @returns the number, 0 for the lobby; undefined when it is forged, somebody else's, of another session or expired */
  readPlace(token: string, holder: Holder): number | undefined;
  issuePass(holder: Holder): Pass;
  verifyPass(pass: string, holder: Holder): boolean;
}

/** Bytes kept of each HMAC: 128 bits cannot be guessed, and a token stays short. */
const macBytes = 16;

/**
 * Tokens that need no store: what they say, and an HMAC over that and over whom they are for. Member and session are not
 * in them; who presents one must be that member, at that session, for the HMAC to fit.
 */
export function createSigning({
  keys,
  now = Date.now,
  passMs = 600_000,
  placeMs = 86_400_000,
}: SigningOptions): Signing {
  const places = macsOf(keys, 'place');
  const passes = macsOf(keys, 'pass');
  return {
    issuePlace(holder, number) {
      const claims = `${number.toString(36)}.${(now() + placeMs).toString(36)}`;
      return `${claims}.${places.sign(textOf(holder, claims)).toString('base64url')}`;
    },
    readPlace(token, holder) {
      const [, claims, number, expires, mac] = /^(([0-9a-z]{1,7})\.([0-9a-z]{1,10}))\.([\w-]{22})$/.exec(token) ?? [];
      if (!claims || !number || !expires || !mac) return undefined;
      if (!places.verify(textOf(holder, claims), mac) || parseInt(expires, 36) <= now()) return undefined;
      return parseInt(number, 36);
    },
    issuePass(holder) {
      const expires = now() + passMs;
      const claims = expires.toString(36);
      const mac = passes.sign(textOf(holder, claims)).toString('base64url');
      return { pass: `${claims}.${mac}`, expiresAt: new Date(expires) };
    },
    verifyPass(pass, holder) {
      const [, claims, mac] = /^([0-9a-z]{1,10})\.([\w-]{22})$/.exec(pass) ?? [];
      if (!claims || !mac || parseInt(claims, 36) <= now()) return false;
      return passes.verify(textOf(holder, claims), mac);
    },
  };
}

const textOf = ({ sessionId, memberId }: Holder, claims: string) => `${sessionId}\n${memberId}\n${claims}`;

function macsOf(keys: readonly Uint8Array[], use: string) {
  const derived = keys.map((key) => {
    const bytes = hkdfSync('sha256', key, new Uint8Array(), `ticketaka waiting-room ${use}`, 32);
    return createSecretKey(Buffer.from(bytes));
  });
  const [first] = derived;
  if (!first) throw new Error('a waiting room needs a key to sign with');
  return {
    sign: (text: string) => macOf(first, text),
    verify(text: string, mac: string) {
      const given = Buffer.from(mac, 'base64url');
      return given.length === macBytes && derived.some((key) => timingSafeEqual(macOf(key, text), given));
    },
  };
}

const macOf = (key: KeyObject, text: string) => createHmac('sha256', key).update(text).digest().subarray(0, macBytes);

import { createHash, createPrivateKey, createPublicKey, hkdfSync, type KeyObject, sign, verify } from 'node:crypto';
import { promisify } from 'node:util';
import { LRUCache } from 'lru-cache';
import { readPayload, type TicketClaims, writePayload } from './payload.ts';

/** A public key as an offline scanner reads it (RFC 8037). */
export interface TicketJwk {
  readonly kty: 'OKP';
  readonly crv: 'Ed25519';
  readonly x: string;
  readonly kid: string;
  readonly alg: 'EdDSA';
  readonly use: 'sig';
}

export interface TicketKeys {
  /**
   * The code of a ticket: a compact JWS (RFC 7515) of 180 characters, which fits a QR symbol of 53 modules with error
   * correction M. The same claims and key give the same token, so none needs to be kept.
   * @throws RangeError when the claims do not fit
   */
  sign(claims: TicketClaims): string;
  /** What the token says, or undefined when it is not one of ours, whatever it is. */
  verify(token: string): Promise<TicketClaims | undefined>;
  /** For scanners that check signatures by themselves. */
  readonly jwks: { readonly keys: readonly TicketJwk[] };
}

export interface TicketKeysOptions {
  /** Good tokens remembered; a signature takes some 100 µs to verify. @default 10 000 */
  readonly cacheSize?: number;
}

const shape = /^(?<header>[\w-]{38})\.(?<payload>[\w-]{54})\.(?<signature>[\w-]{86})$/;

const verifyInPool = promisify(verify);

/**
 * Keys for tickets' codes, derived from the sale's secrets: the first signs, all verify.
 * @throws RangeError without a secret, or with the same one twice
 */
export function ticketKeys(secrets: readonly Uint8Array[], { cacheSize = 10_000 }: TicketKeysOptions = {}): TicketKeys {
  const keys = secrets.map(keyOf);
  // RFC 8725 3.1: a header is looked up whole, so that a token has no say in how it is verified.
  const byHeader = new Map(keys.map((key) => [key.header, key.publicKey]));
  const [signing] = keys;
  if (!signing || byHeader.size < keys.length) throw new RangeError('ticket keys need secrets, and each once');
  const verified = new LRUCache<string, TicketClaims>({ max: cacheSize });

  async function check(token: string) {
    const { header = '', payload = '', signature = '' } = shape.exec(token)?.groups ?? {};
    const publicKey = byHeader.get(header);
    const bytes = Buffer.from(signature, 'base64url');
    // The last character of base64 has bits to spare: one ticket has one code.
    if (!publicKey || bytes.toString('base64url') !== signature) return undefined;
    const isOurs = await verifyInPool(null, Buffer.from(`${header}.${payload}`), publicKey, bytes);
    return isOurs ? readPayload(Buffer.from(payload, 'base64url')) : undefined;
  }

  return {
    sign(claims) {
      const signed = `${signing.header}.${base64url(writePayload(claims))}`;
      return `${signed}.${base64url(sign(null, Buffer.from(signed), signing.privateKey))}`;
    },
    async verify(token) {
      const known = verified.get(token) ?? (await check(token));
      if (known) verified.set(token, known);
      return known;
    },
    jwks: { keys: keys.map(({ jwk }) => jwk) },
  };
}

interface TicketKey {
  readonly header: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  readonly jwk: TicketJwk;
}

/** RFC 8410 7: the part of a PKCS #8 Ed25519 key before its 32 bytes. */
const pkcs8 = Buffer.from('302e020100300506032b657004220420', 'hex');

/** Names the layout of the payload too: another one gets another key. */
const use = 'ticketaka reservation ticket-token 1';

function keyOf(secret: Uint8Array): TicketKey {
  const seed = Buffer.from(hkdfSync('sha256', secret, '', use, 32));
  const privateKey = createPrivateKey({ key: Buffer.concat([pkcs8, seed]), format: 'der', type: 'pkcs8' });
  const publicKey = createPublicKey(privateKey);
  const { x = '' } = publicKey.export({ format: 'jwk' });
  const jwk: TicketJwk = { kty: 'OKP', crv: 'Ed25519', x, kid: kidOf(x), alg: 'EdDSA', use: 'sig' };
  const header = base64url(Buffer.from(JSON.stringify({ alg: jwk.alg, kid: jwk.kid })));
  return { header, privateKey, publicKey, jwk };
}

/** The beginning of the key's RFC 7638 thumbprint: enough to tell a handful of keys apart. */
function kidOf(x: string) {
  const members = JSON.stringify({ crv: 'Ed25519', kty: 'OKP', x });
  return createHash('sha256').update(members).digest('base64url').slice(0, 4);
}

function base64url(bytes: Uint8Array) {
  return Buffer.from(bytes).toString('base64url');
}

import { z } from 'zod';

/** Lifetime of an access token, in seconds. */
export const accessTokenSeconds = 15 * 60;
/** How far the clocks of signer and verifier may be apart, in seconds. */
export const clockSkewSeconds = 60;
/**
 * How long a changed key file takes to reach every process, in seconds: mounted Secrets are refreshed within about
 * 90 s, and the JWKS endpoint lets caches keep an answer for 60 s.
 */
export const propagationSeconds = 120;

const privateJwk = z.object({
  kty: z.literal('RSA'),
  n: z.string().min(1),
  e: z.string().min(1),
  d: z.string().min(1),
  p: z.string().min(1),
  q: z.string().min(1),
  dp: z.string().min(1),
  dq: z.string().min(1),
  qi: z.string().min(1),
});

/** The private half of an RSA key, as RFC 7517 writes it. */
export type PrivateJwk = z.output<typeof privateJwk>;

const signingKey = z.object({
  /** RFC 7638 thumbprint of the public half. */
  kid: z.string().min(1),
  /** `published`: verifiers may know it, nothing is signed yet. `signing`: the one in use. `retiring`: its last tokens live. */
  state: z.enum(['published', 'signing', 'retiring']),
  createdAt: z.iso.datetime(),
  /** When no valid token of a retiring key is left. */
  retireAt: z.iso.datetime().optional(),
  privateJwk,
});

export const keySetSchema = z
  .object({ keys: z.array(signingKey).min(1) })
  .refine(({ keys }) => keys.filter((key) => key.state === 'signing').length === 1, 'exactly one key must be signing')
  .refine(({ keys }) => keys.filter((key) => key.state === 'published').length <= 1, 'at most one key may be published')
  .refine(({ keys }) => new Set(keys.map((key) => key.kid)).size === keys.length, 'two keys have one kid')
  .refine(({ keys }) => keys.every((key) => (key.state === 'retiring') === (key.retireAt !== undefined)), {
    error: 'a key has retireAt if, and only if, it is retiring',
  });

export type SigningKey = z.output<typeof signingKey>;
export type KeySet = z.output<typeof keySetSchema>;

/** A fresh key, before it has a place in a set. See `generateKey`. */
export type KeyMaterial = Pick<SigningKey, 'kid' | 'privateJwk'>;

/** A public key as verifiers read it (RFC 7517). */
export interface PublicJwk {
  readonly kty: 'RSA';
  readonly n: string;
  readonly e: string;
  readonly kid: string;
  readonly alg: 'RS256';
  readonly use: 'sig';
}

/** A step of rotation that must not be taken now. The message says why, in words for an operator. */
export class KeySetError extends Error {
  override readonly name = 'KeySetError';
}

/** The first set of an environment: one key, signing at once, since no verifier can be behind. */
export function createKeySet(key: KeyMaterial, now: Date): KeySet {
  return { keys: [{ ...key, state: 'signing', createdAt: now.toISOString() }] };
}

/**
 * Adds the key that will sign next, for verifiers to learn before any token needs it.
 * @throws KeySetError when one is already waiting, or the key is in the set
 */
export function publishNext(set: KeySet, key: KeyMaterial, now: Date): KeySet {
  const waiting = set.keys.find(({ state }) => state === 'published');
  if (waiting) throw new KeySetError(`key ${waiting.kid} is published already and has not signed yet`);
  if (set.keys.some(({ kid }) => kid === key.kid)) throw new KeySetError(`key ${key.kid} is in the set already`);
  return { keys: [...set.keys, { ...key, state: 'published', createdAt: now.toISOString() }] };
}

export interface PromoteOptions {
  /** Seconds that a changed file takes to reach every signer and verifier. @default propagationSeconds */
  readonly propagation?: number;
  /** Seconds that a token lives. @default accessTokenSeconds */
  readonly tokenLifetime?: number;
}

/**
 * Lets the published key sign. The key that signed until now stays until its last token has expired: a process may
 * go on signing with it until the change reaches it, so that is `propagation` + lifetime + clock skew from now.
 * @throws KeySetError when no key is published, or it has not been published for long enough for all to know it
 */
export function promoteNext(set: KeySet, now: Date, options: PromoteOptions = {}): KeySet {
  const { propagation = propagationSeconds, tokenLifetime = accessTokenSeconds } = options;
  const next = set.keys.find(({ state }) => state === 'published');
  if (!next) throw new KeySetError('no key is published, so none can be promoted');
  const wait = propagation - secondsBetween(new Date(next.createdAt), now);
  if (wait > 0)
    throw new KeySetError(`key ${next.kid} may sign in ${Math.ceil(wait)} s: not every verifier knows it yet`);
  const retireAt = new Date(now.getTime() + (propagation + tokenLifetime + clockSkewSeconds) * 1000).toISOString();
  return {
    keys: set.keys.map((key): SigningKey => {
      if (key.state === 'signing') return { ...key, state: 'retiring', retireAt };
      return key === next ? { ...key, state: 'signing' } : key;
    }),
  };
}

/** Drops retiring keys whose last token has expired. */
export function prune(set: KeySet, now: Date): KeySet {
  return { keys: set.keys.filter(({ retireAt }) => retireAt === undefined || new Date(retireAt) > now) };
}

/** What verifiers may see: every key of the set, its public half only. */
export function publicJwks(set: KeySet): { readonly keys: readonly PublicJwk[] } {
  return {
    keys: set.keys.map(({ kid, privateJwk: { kty, n, e } }) => ({ kty, n, e, kid, alg: 'RS256', use: 'sig' })),
  };
}

/** The key that signs. Every valid set has exactly one. */
export function signingKeyOf(set: KeySet): SigningKey {
  const key = set.keys.find(({ state }) => state === 'signing');
  if (!key) throw new KeySetError('no key of the set is signing');
  return key;
}

function secondsBetween(from: Date, to: Date): number {
  return (to.getTime() - from.getTime()) / 1000;
}

import type { Claims } from './claims.ts';

/**
 * Tokens that one rule found good, until they expire. Bounded: the oldest goes first. It lives as long as its rule, so a
 * key that is taken out of the manifests takes its tokens along.
 */
export class TokenCache {
  readonly #entries = new Map<string, { readonly claims: Claims; readonly expires: number }>();
  readonly #size: number;

  constructor(size = 1000) {
    this.#size = size;
  }

  /** @param now seconds since 1970 */
  get(token: string, now: number): Claims | undefined {
    const entry = this.#entries.get(token);
    if (!entry) return undefined;
    if (now < entry.expires) return entry.claims;
    this.#entries.delete(token);
    return undefined;
  }

  /** A token without `exp` is not kept. */
  set(token: string, claims: Claims): void {
    if (typeof claims['exp'] !== 'number' || this.#entries.has(token)) return;
    const [oldest] = this.#entries.keys();
    if (this.#entries.size >= this.#size && oldest !== undefined) this.#entries.delete(oldest);
    this.#entries.set(token, { claims, expires: claims['exp'] });
  }
}

/**
 * What an attempt to hand an e-mail over came to.
 * - `accepted`: the server took it
 * - `refused`: the server will never take this e-mail
 * - `deferred`: not now: the server is away, busy, or its answer did not arrive; it may have taken it
 */
export type Outcome =
  | { readonly kind: 'accepted' }
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'deferred'; readonly reason: string; readonly server: ServerState };

/** `answered`: it said no. `silent`: it was there and did not answer. `away`: it could not be reached. */
export type ServerState = 'answered' | 'silent' | 'away';

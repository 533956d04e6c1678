import { type Claims, createClaims } from '../../../../services/reservation/claims/index.ts';

/** A transaction for each buyer, as many at once as there are connections: what everybody writes first. */
export function createNaiveClaims(options: Parameters<typeof createClaims>[0]): Claims {
  return {
    // A batch for each: they do not wait for one another.
    claim: (sessionId, request) => createClaims({ ...options, batch: 1 }).claim(sessionId, request),
    confirm: (sessionId, confirmation) => createClaims({ ...options, batch: 1 }).confirm(sessionId, confirmation),
  };
}

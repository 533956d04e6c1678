export { cancelTickets } from './cancel.ts';
export type { ClaimOutcome, ClaimRequest } from './claim.ts';
export { type Claims, createClaims } from './claims.ts';
export { complimentaryHolder, endClaim, type Released } from './release.ts';
export { settleIn, settlePayment } from './settle-payment.ts';

export { cancelTickets } from './cancel.ts';
export type { ClaimOutcome, ClaimRequest, Payable } from './claim.ts';
export { type Claims, createClaims } from './claims.ts';
export { ticketsConfirmed } from './figures.ts';
export { complimentaryHolder, endClaim, type Released } from './release.ts';
export { type Settled, settleIn, settlePayment, type Taken } from './settle-payment.ts';

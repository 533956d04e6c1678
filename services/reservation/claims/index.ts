export { type Cancellation, cancelTickets } from './cancel.ts';
export type { ClaimedTicket, ClaimOutcome, ClaimRequest } from './claim.ts';
export { type Claims, createClaims } from './claims.ts';
export type { Confirmation, ConfirmOutcome } from './confirm.ts';
export { complimentaryHolder, endClaim, type Released } from './release.ts';
export { type Settled, settleIn, settlePayment } from './settle-payment.ts';

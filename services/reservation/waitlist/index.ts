export { type OfferedTo, offersOf, takeOffered } from './claim-offered.ts';
export { waitlistHandlers } from './handlers.ts';
export { keepReturned } from './keep-returned.ts';
export { waitlists } from './migration.ts';
export { Waitlist } from './waitlist.ts';
export { createWaitlistWork } from './worker.ts';

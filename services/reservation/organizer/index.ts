export { createSessionCancellations } from './cancellation-work.ts';
export { followCancellations } from './follow-cancellations.ts';
export { organizerHandlers } from './handlers.ts';

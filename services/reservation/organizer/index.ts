export { createSessionCancellations } from './cancellation-work.ts';
export { consumeCancelledSessions } from './consume-cancelled-sessions.ts';
export { followCancellations } from './follow-cancellations.ts';
export { organizerHandlers } from './handlers.ts';

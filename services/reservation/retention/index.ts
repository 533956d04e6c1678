export { prunedSessions } from './migration.ts';
export { createRetention } from './retention.ts';

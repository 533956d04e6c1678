export { reschedulings } from './migration.ts';
export { createReschedulings } from './reschedulings.ts';

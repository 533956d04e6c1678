export * from './completions.ts';
export { payments } from './migration.ts';
export * from './port.ts';
export * from './refunds.ts';
export * from './store/payments.ts';
export * from './store/refunds.ts';
export type * from './store/schema.ts';
export { createTossPayments } from './toss.ts';
export * from './webhook.ts';

export { createIdempotency, type Idempotency, type IdempotencyOptions } from './store.ts';
export { createIdempotencyTable } from './table.ts';

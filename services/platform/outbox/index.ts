export { type AddOptions, createOutbox, type Outbox, type OutboxOptions } from './outbox.ts';
export type { EnvelopePublisher, OutboxEnvelope } from './relay.ts';
export { createOutboxTable } from './table.ts';

export { type AddOptions, createOutbox, type Outbox, type OutboxOptions, type Outgoing, outgoing } from './outbox.ts';
export type { EnvelopePublisher, OutboxEnvelope } from './relay.ts';
export { createOutboxTable } from './table.ts';

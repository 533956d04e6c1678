import type { Database } from '@ticketaka/platform/mariadb';
import type { Outbox } from '@ticketaka/platform/outbox';
import type { Schema } from '../store/schema.ts';

/** What the use cases stand on. */
export interface Parts {
  readonly db: Database<Schema>;
  readonly outbox: Outbox;
  readonly now: () => Date;
}

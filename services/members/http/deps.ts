import type { api as auth } from '@ticketaka/auth/api';
import type { Client } from '@ticketaka/platform/client';
import type { Database } from '@ticketaka/platform/mariadb';
import type { Outbox } from '@ticketaka/platform/outbox';
import type { Schema } from '../store/schema.ts';
import type { Limits } from './limits.ts';

/** What the handlers work with. */
export interface Deps {
  readonly db: Database<Schema>;
  readonly outbox: Outbox;
  readonly auth: Client<typeof auth>;
  readonly limits: Limits;
}

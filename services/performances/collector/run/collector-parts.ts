import type { Logger } from '@ticketaka/platform/log';
import type { Database } from '@ticketaka/platform/mariadb';
import type { Outbox } from '@ticketaka/platform/outbox';
import type { Schema } from '../../store/schema.ts';
import type { Holidays } from '../source/holidays.ts';
import type { Kopis } from '../source/kopis.ts';

/** What the collector works with. */
export interface CollectorParts {
  readonly db: Database<Schema>;
  readonly outbox: Outbox;
  readonly kopis: Kopis;
  readonly holidays: Holidays;
  readonly log: Logger;
  readonly now: () => Date;
}

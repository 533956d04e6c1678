import type { Logger } from '@ticketaka/platform/log';
import type { Database } from '@ticketaka/platform/mariadb';
import type { Metrics } from '@ticketaka/platform/metrics';
import type { Outbox } from '@ticketaka/platform/outbox';
import type { Buyers } from '../buyers/buyers.ts';
import type { Pictures } from '../picture/index.ts';
import type { SeatImage } from '../seats/index.ts';
import type { KnownSession, SessionBook } from '../sessions/index.ts';
import type { Schema } from '../store/schema.ts';
import type { Presales } from '../use-cases/presales.ts';

/** What a waitlist is kept with. */
export interface WaitlistParts {
  readonly db: Database<Schema>;
  readonly outbox: Outbox;
  readonly image: Pick<SeatImage, 'bits' | 'epoch' | 'free' | 'offer' | 'withdrawOffer'>;
  readonly pictures: Pictures;
  /** What is free now: bit `unit & 31` of word `unit >>> 5`. */
  readonly free: { freshBits(session: KnownSession): Promise<Uint32Array> };
  readonly sessions: SessionBook;
  readonly presales: Presales;
  readonly buyers: Buyers;
  readonly log: Logger;
  readonly metrics?: Metrics | undefined;
  readonly now: () => Date;
}

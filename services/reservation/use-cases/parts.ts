import type { Logger } from '@ticketaka/platform/log';
import type { Database } from '@ticketaka/platform/mariadb';
import type { Counter } from '@ticketaka/platform/metrics';
import type { Outbox } from '@ticketaka/platform/outbox';
import type { Buyers } from '../buyers/buyers.ts';
import type { Claims } from '../claims/index.ts';
import type { PaymentPort } from '../payments/index.ts';
import type { Pictures } from '../picture/index.ts';
import type { SeatImage } from '../seats/index.ts';
import type { SessionBook } from '../sessions/index.ts';
import type { Schema } from '../store/schema.ts';
import type { TicketKeys } from '../tickets/index.ts';
import type { WaitingRoom } from '../waiting-room/index.ts';
import type { Waitlist } from '../waitlist/index.ts';
import type { FreeUnits } from './free-units.ts';
import type { HoldLoad } from './hold-load.ts';
import type { Presales } from './presales.ts';
import type { TokenBucket } from './token-bucket.ts';

/** What selling is done with. */
export interface Parts {
  readonly db: Database<Schema>;
  /** Whether MariaDB was there just now. Holds that cannot become sales are not given. */
  readonly isDatabaseUp: () => boolean;
  /** Whether Redis was there just now: without it a claim in MariaDB is the hold, for as many as that carries. */
  readonly isRedisUp: () => boolean;
  readonly directHolds: TokenBucket;
  /** Of those who are refused before Redis is asked, so many are looked for there, since they may have a hold already. */
  readonly repeatedHolds: TokenBucket;
  readonly outbox: Outbox;
  readonly image: SeatImage;
  readonly pictures: Pictures;
  readonly free: FreeUnits;
  readonly sessions: SessionBook;
  readonly presales: Presales;
  readonly buyers: Buyers;
  readonly claims: Claims;
  /** Tickets that became sales. */
  readonly ticketsSold: Counter;
  readonly payments: PaymentPort;
  /** Sign and verify the codes of tickets. */
  readonly tickets: TicketKeys;
  /** Whether one has to wait for a turn, and whose it is. */
  readonly turns: Pick<WaitingRoom, 'requiresPass' | 'verifyPass'>;
  readonly load: HoldLoad;
  readonly waitlist: Waitlist;
  readonly log: Logger;
  readonly now: () => Date;
}

import { api as members } from '@ticketaka/members/api';
import { api as performances } from '@ticketaka/performances/api';
import type { Broker } from '@ticketaka/platform/broker';
import { createOutbox } from '@ticketaka/platform/outbox';
import type { Redis } from '@ticketaka/platform/redis';
import type { Runtime } from '@ticketaka/platform/runtime';
import { type Availability, createAvailability, mirroredFreeUnits } from './availability/index.ts';
import { Buyers } from './buyers/buyers.ts';
import { createClaims, ticketsConfirmed } from './claims/index.ts';
import { DatabaseClock } from './clock/index.ts';
import type { Config } from './config.ts';
import { migrations } from './migrations/index.ts';
import { createTossPayments, type PaymentPort } from './payments/index.ts';
import { builtWhenMissing, createPictureFreeUnits, lineageOf, Pictures, type ReadLineage } from './picture/index.ts';
import { changesKey, createSeatImage, gatherHolds, parseChange, sequenceText } from './seats/index.ts';
import { service } from './service.ts';
import { SessionBook, type SessionBookOptions } from './sessions/index.ts';
import type { Schema } from './store/schema.ts';
import { ticketKeys } from './tickets/index.ts';
import { HoldLoad } from './use-cases/hold-load.ts';
import type { Parts } from './use-cases/parts.ts';
import { Presales } from './use-cases/presales.ts';
import { TokenBucket } from './use-cases/token-bucket.ts';
import { createWaitingRoom, type WaitingRoom } from './waiting-room/index.ts';
import { Waitlist } from './waitlist/index.ts';

/** For tests and benchmarks, which stand in for what is not theirs. */
export interface Overrides {
  readonly payments?: PaymentPort;
  readonly sessions?: SessionBookOptions['performances'];
  readonly buyers?: ConstructorParameters<typeof Buyers>[0]['members'];
  readonly image?: typeof createSeatImage;
  /** The writer of claims. */
  readonly claims?: typeof createClaims;
  readonly presales?: ConstructorParameters<typeof Presales>[0];
  readonly now?: () => Date;
  /** Buyers of one commit at most. */
  readonly batch?: number;
  /** Reservations of one commit when a session is called off. */
  readonly cancellationBatch?: number;
  /** How often the worker looks, in milliseconds. */
  readonly pollMs?: number;
  /** How often the pictures are compared with MariaDB, in milliseconds. */
  readonly compareMs?: number;
  /** How often it is looked whether Redis is another one, in milliseconds. */
  readonly lineageMs?: number;
}

export interface Wired {
  readonly parts: Parts;
  readonly redis: Redis;
  readonly clock: DatabaseClock;
  readonly lineage: ReadLineage;
  readonly broker: Broker;
  readonly waitingRoom: WaitingRoom;
  readonly availability: Availability;
}

/** What both workloads stand on. */
export async function wireParts(runtime: Runtime<Config>, overrides: Overrides): Promise<Wired> {
  const { log, metrics, health, config } = runtime;
  const db = await runtime.database<Schema>(migrations);
  const clock = new DatabaseClock({ db, log, metrics });
  await clock.measure();
  const now = overrides.now ?? clock.now;
  const redis = await runtime.redis();
  const broker = await runtime.broker();
  const outbox = createOutbox({ service: service.name, db, broker, log, metrics });
  const image = gatherHolds((overrides.image ?? createSeatImage)({ redis, log, metrics }));
  const lineage = lineageOf(redis, log);
  const pictures = new Pictures({ db, image, lineage, log, now });
  const catalogue = overrides.sessions ?? runtime.client(performances, 'catalogue');
  const waitingRoom = createWaitingRoom({
    redis,
    db,
    keys: config.SALE_KEYS,
    log,
    metrics,
    now: () => now().getTime(),
  });
  const load = new HoldLoad({ redis, log, now });
  const sessions = new SessionBook({ db, performances: catalogue, log });
  const availability = createAvailability({
    image: builtWhenMissing({ image, pictures, sessions }),
    changes: { keyOf: changesKey, parse: parseChange, idOf: sequenceText },
    redis,
    log,
    metrics,
  });
  const looking = {
    db,
    outbox,
    image,
    pictures,
    free: mirroredFreeUnits(availability, createPictureFreeUnits(image, pictures)),
    sessions,
    presales: new Presales(overrides.presales ?? runtime.client(performances)),
    buyers: new Buyers({ db, members: overrides.buyers ?? runtime.client(members) }),
    log,
    now,
  };
  const parts: Parts = {
    ...looking,
    isDatabaseUp: () => health.isUp('mariadb'),
    isRedisUp: () => health.isUp('redis'),
    directHolds: new TokenBucket({ perSecond: config.HOLDS_PER_SECOND / 10 }),
    repeatedHolds: new TokenBucket({ perSecond: config.HOLDS_PER_SECOND / 10 }),
    claims: (overrides.claims ?? createClaims)({ db, outbox, metrics, batch: overrides.batch }),
    ticketsSold: ticketsConfirmed(metrics),
    payments:
      overrides.payments ??
      createTossPayments({ url: config.TOSS_URL, secretKey: config.TOSS_SECRET_KEY, log, metrics }),
    tickets: ticketKeys(config.SALE_KEYS),
    turns: waitingRoom,
    load,
    waitlist: new Waitlist({ ...looking, metrics }),
  };
  return { parts, redis, clock, lineage, broker, waitingRoom, availability };
}

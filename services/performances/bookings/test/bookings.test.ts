import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type Broker, createEnvelope, openBroker } from '@ticketaka/platform/broker';
import { newId } from '@ticketaka/platform/ids';
import { createLogger } from '@ticketaka/platform/log';
import {
  createTestBroker,
  type OpenTestDatabase,
  openTestDatabase,
  type TestBroker,
  waitFor,
} from '@ticketaka/platform/testing';
import { reservationCancelled, reservationConfirmed } from '@ticketaka/reservation/api';
import { sql } from 'kysely';
import { reconcile } from '../../catalogue/reconcile.ts';
import { startCatalogue } from '../../catalogue/test/catalogue-server.ts';
import { migrations } from '../../migrations/index.ts';
import { Rankings } from '../../schemas/catalogue.ts';
import { service } from '../../service.ts';
import type { Schema } from '../../store/schema.ts';
import { insertPerformance, insertVenue } from '../../test/rows.ts';
import { createBookingCounts } from '../index.ts';

const log = createLogger({ service: 'performances', workload: 'test', level: 'silent' });
/** Noon in Seoul of 20 November. */
const now = new Date('2026-11-20T12:00:00+09:00');
const today = now.toISOString();

let testBroker: TestBroker;
let db: OpenTestDatabase<Schema>;
let broker: Broker;
let catalogue: Awaited<ReturnType<typeof startCatalogue>>;
let show: readonly string[];
let clock = now;

beforeAll(async () => {
  [db, testBroker] = await Promise.all([
    openTestDatabase<Schema>(service, { migrations }),
    createTestBroker([service]),
  ]);
  broker = await openBroker({ url: testBroker.url(service), service: 'performances', log });
  // As two collectors would: one that goes, and one that comes.
  for (const _ of [1, 2]) {
    for (const component of createBookingCounts({ broker, db, log })) await component.start?.();
  }
  const { venueId } = await insertVenue(db.kysely);
  const ids = [];
  for (const _ of [1, 2, 3]) ids.push(await insertPerformance(db.kysely, venueId));
  show = ids;
  catalogue = await startCatalogue({ now: () => clock });
}, 90_000);

afterAll(async () => {
  await catalogue[Symbol.asyncDispose]();
  await broker.close();
  await Promise.all([db, testBroker].map((part) => part[Symbol.asyncDispose]()));
});

beforeEach(async () => {
  clock = now;
  for (const table of ['rankings', 'booking_counts', 'counted_reservations'])
    await sql`DELETE FROM ${sql.table(table)}`.execute(db.kysely);
});

interface Booking {
  readonly reservationId?: string;
  /** Which of the shows. */
  readonly of: number;
  readonly tickets: number;
  readonly at?: string;
  readonly genre?: string;
  readonly kind?: 'bought' | 'complimentary';
}

function aboutOf({ of, tickets, at = today, reservationId = newId() }: Booking) {
  const about = { reservationId, sessionId: newId(), performanceId: show[of] ?? '', memberId: newId(), at };
  const lines = Array.from({ length: tickets }, (_, unit) => ({ ticketId: newId(), unit, price: 1000 }));
  return { ...about, tickets: lines };
}

function confirmed({ genre = 'play', kind = 'bought', ...booking }: Booking) {
  const data = { ...aboutOf(booking), kind, genre, total: 0 };
  return createEnvelope(reservationConfirmed, data, { service: 'reservation' });
}

function cancelled(booking: Booking) {
  return createEnvelope(
    reservationCancelled,
    { ...aboutOf(booking), whole: true, refund: 0 },
    { service: 'reservation' },
  );
}

type Message = ReturnType<typeof confirmed> | ReturnType<typeof cancelled>;

async function publish(...messages: readonly Message[]): Promise<void> {
  for (const message of messages) {
    const { type: routingKey } =
      message.type === reservationConfirmed.type ? reservationConfirmed : reservationCancelled;
    await testBroker.publishRaw({ exchange: 'reservation', routingKey, body: message, messageId: message.id });
  }
}

/** Publishes, and waits until all of it was taken and worked on. */
async function hear(...messages: readonly Message[]): Promise<void> {
  await publish(...messages);
  const ids = [...new Set(messages.map(({ id }) => id))];
  await waitFor(
    async () => {
      const { rows } = await sql<{ n: number }>`
        SELECT COUNT(*) AS n FROM inbox WHERE message_id IN (${sql.join(ids)})`.execute(db.kysely);
      return rows[0]?.n === ids.length;
    },
    { timeoutMs: 30_000, what: 'the messages to be counted' },
  );
}

const boxOffice = (place: number, of: number, { period = 'day', genre = '', date = '2026-11-19' } = {}) =>
  sql`INSERT INTO rankings (period, date, genre, place, source_id, performance_id)
    VALUES (${period}, ${date}, ${genre}, ${place}, ${`PF${of}`}, ${show[of]})`.execute(db.kysely);

async function counted(): Promise<readonly string[]> {
  const { rows } = await sql<{ day: string; genre: string; performance_id: string; tickets: number }>`
    SELECT DATE_FORMAT(day, '%m-%d') AS day, genre, performance_id, tickets FROM booking_counts
    WHERE tickets <> 0 ORDER BY 1, 2, tickets`.execute(db.kysely);
  return rows.map((row) => `${row.day} ${row.genre} ${show.indexOf(row.performance_id)}: ${row.tickets}`);
}

/** What the read side answers after it has looked at the database. */
async function ranking(query = '') {
  await reconcile(catalogue.catalogue, db, () => clock);
  const answer = Rankings.parse(await (await catalogue.get(`/rankings?${query}`)).json());
  return {
    date: answer.date,
    rankings: answer.rankings.map(({ rank, change, performance }) => [rank, show.indexOf(performance.id), change]),
  };
}

describe('tickets', () => {
  it('count on the day in Seoul on which they were booked', async () => {
    await hear(
      confirmed({ of: 0, tickets: 2, at: '2026-11-19T14:59:59.999Z' }),
      confirmed({ of: 0, tickets: 3, at: '2026-11-19T15:00:00.000Z' }),
      confirmed({ of: 1, tickets: 1, genre: 'musical' }),
    );
    expect(await counted()).toEqual(['11-19 play 0: 2', '11-20 musical 1: 1', '11-20 play 0: 3']);
  });

  it('count once, however often a message comes', async () => {
    const reservationId = newId();
    const booking = confirmed({ reservationId, of: 0, tickets: 4 });
    const back = cancelled({ reservationId, of: 0, tickets: 1 });
    await hear(booking, booking, back, back, booking, back);
    // Behind those that came again: both queues are worked on in order, but for a few at once.
    await waitFor(async () => (await testBroker.queueLength('performances.reservation.cancelled')) === 0);
    await hear(confirmed({ of: 1, tickets: 1 }), cancelled({ of: 2, tickets: 1 }));
    expect(await counted()).toEqual(['11-20 play 1: 1', '11-20 play 0: 3']);
  });

  it('that were given back are taken off the day of their booking, also when that is heard first', async () => {
    const [early, late] = [newId(), newId()];
    await hear(confirmed({ reservationId: early, of: 0, tickets: 4, at: '2026-11-15T03:00:00.000Z' }));
    await hear(cancelled({ reservationId: early, of: 0, tickets: 3 }));
    await hear(cancelled({ reservationId: late, of: 1, tickets: 2 }));
    expect(await counted()).toEqual(['11-15 play 0: 1']);
    await hear(confirmed({ reservationId: late, of: 1, tickets: 2 }));
    expect(await counted()).toEqual(['11-15 play 0: 1']);
  });

  it('that were given away do not count, nor does their return', async () => {
    const reservationId = newId();
    await publish(confirmed({ reservationId, of: 0, tickets: 50, kind: 'complimentary' }));
    // By the same queues, so after it.
    await hear(confirmed({ of: 1, tickets: 1 }), cancelled({ reservationId, of: 0, tickets: 50 }));
    expect(await counted()).toEqual(['11-20 play 1: 1']);
    expect((await ranking()).rankings).toEqual([[1, 1, null]]);
  });
});

describe('the ranking', () => {
  it('moves what is booked here up, between the places of the box office', async () => {
    await boxOffice(1, 0);
    await boxOffice(2, 1);
    expect(await ranking()).toEqual({
      date: '2026-11-19',
      rankings: [
        [1, 0, null],
        [2, 1, null],
      ],
    });
    const reservationId = newId();
    await hear(confirmed({ reservationId, of: 2, tickets: 1 }));
    expect(await ranking()).toEqual({
      date: '2026-11-20',
      rankings: [
        [1, 0, null],
        [2, 2, null],
        [3, 1, null],
      ],
    });
    await hear(confirmed({ of: 1, tickets: 2 }));
    expect((await ranking()).rankings).toEqual([
      [1, 0, null],
      [2, 1, null],
      [3, 2, null],
    ]);
    await hear(cancelled({ reservationId, of: 2, tickets: 1 }));
    expect((await ranking()).rankings).toEqual([
      [1, 0, null],
      [2, 1, null],
    ]);
  });

  it('is by tickets where there is no box office, and tells who moved since yesterday', async () => {
    const at = '2026-11-19T03:00:00.000Z';
    await hear(confirmed({ of: 0, tickets: 3, at }), confirmed({ of: 1, tickets: 2, at }));
    await hear(confirmed({ of: 1, tickets: 2 }), confirmed({ of: 0, tickets: 1 }), confirmed({ of: 2, tickets: 4 }));
    expect(await ranking()).toEqual({
      date: '2026-11-20',
      rankings: [
        [1, 2, null],
        [2, 1, 0],
        [3, 0, -2],
      ],
    });
  });

  it('is of today, of seven days and of thirty, all in Seoul', async () => {
    const on = (of: number, at: string) => confirmed({ of, tickets: 1, at });
    await hear(on(0, '2026-11-19T15:00:00.000Z'), on(1, '2026-11-13T15:00:00.000Z'), on(2, '2026-10-21T15:00:00.000Z'));
    const shows = async (period: string) =>
      (await ranking(`period=${period}`)).rankings.map(([, of]) => Number(of)).toSorted((a, b) => a - b);
    expect(await shows('day')).toEqual([0]);
    expect(await shows('week')).toEqual([0, 1]);
    expect(await shows('month')).toEqual([0, 1, 2]);
    clock = new Date('2026-11-20T23:59:59.999+09:00');
    expect(await shows('day')).toEqual([0]);
    clock = new Date('2026-11-21T00:00:00+09:00');
    expect(await shows('day')).toEqual([]);
    expect(await shows('week')).toEqual([0]);
    expect(await shows('month')).toEqual([0, 1]);
  });

  it('is of one genre where that is asked for', async () => {
    await boxOffice(1, 2, { genre: 'musical' });
    await hear(confirmed({ of: 0, tickets: 1, genre: 'musical' }), confirmed({ of: 1, tickets: 5, genre: 'play' }));
    expect((await ranking('genre=musical')).rankings).toEqual([
      [1, 2, null],
      [2, 0, null],
    ]);
    expect((await ranking('genre=play')).rankings).toEqual([[1, 1, null]]);
    expect((await ranking('genre=dance')).rankings).toEqual([]);
    expect((await ranking()).rankings).toEqual([
      [1, 1, null],
      [2, 0, null],
    ]);
  });
});

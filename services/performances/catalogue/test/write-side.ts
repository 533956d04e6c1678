import { openBroker } from '@ticketaka/platform/broker';
import { newId } from '@ticketaka/platform/ids';
import { createLogger } from '@ticketaka/platform/log';
import { migrate, openDatabase } from '@ticketaka/platform/mariadb';
import { createMetrics } from '@ticketaka/platform/metrics';
import { createOutbox } from '@ticketaka/platform/outbox';
import { priceUnits } from '../../domain/prices.ts';
import { announce, announceChange } from '../../events/changes.ts';
import { migrations } from '../../migrations/index.ts';
import type { PerformanceDocument } from '../../schemas/feed.ts';
import { changeFeed } from '../../schemas/feed.ts';
import { NewPerformance, NewSession, NewVenue } from '../../schemas/manage.ts';
import type { SeatMapDocument } from '../../schemas/seat-map.ts';
import { service } from '../../service.ts';
import { documentsAfter } from '../../store/documents.ts';
import { insertPerformance } from '../../store/performances.ts';
import type { Schema } from '../../store/schema.ts';
import { insertSeatMap, packSeatMap } from '../../store/seat-maps.ts';
import { insertSession } from '../../store/sessions.ts';
import { insertHall, insertVenue } from '../../store/venues.ts';
import { grades, newPerformance, smallMap } from '../../test/house.ts';

export interface Servers {
  readonly mariadb: string;
  readonly amqp: string;
}

interface NewShow {
  readonly title?: string;
  readonly startDate?: string;
  readonly endDate?: string;
  readonly genre?: string;
}

export type WriteSide = Awaited<ReturnType<typeof openWriteSide>>;

/** Changes what the catalogue shows, as the write side does: rows and event in one transaction. */
export async function openWriteSide({ mariadb, amqp }: Servers) {
  const log = createLogger({ service: service.name, workload: 'test', level: 'silent' });
  const metrics = createMetrics({ service: service.name, workload: 'test', ofProcess: false });
  const db = await openDatabase<Schema>({ url: mariadb, log });
  await migrate(db, migrations, log);
  const broker = await openBroker({ url: amqp, service: service.name, log });
  const outbox = createOutbox({ service: service.name, db, broker, log, metrics, pollMs: 200 });
  await outbox.start();
  const creatorId = newId();

  return {
    db,
    outbox,

    /** A venue, its hall and a seat map. */
    async addHouse(map: SeatMapDocument = smallMap) {
      const venue = { id: newId(), name: '별빛아트홀', region: 'seoul', address: '서울 종로구 1' };
      const [hallId, seatMapId] = [newId(), newId()];
      const packed = await packSeatMap(map);
      await db.transaction(async (trx) => {
        await insertVenue(trx, { ...NewVenue.parse(venue), id: venue.id, creatorId });
        await insertHall(trx, { id: hallId, venueId: venue.id, name: '대극장', creatorId });
        await insertSeatMap(trx, { id: seatMapId, hallId, name: '기본', map, packed, creatorId });
      });
      return { venueId: venue.id, hallId, seatMapId, map };
    },

    /** A performance with one session in that house. */
    async addShow({ venueId, hallId, seatMapId, map }: House, show: NewShow = {}) {
      const [id, sessionId] = [newId(), newId()];
      const { title = '겨울 정원의 햄릿', ...rest } = show;
      const given = NewPerformance.parse({ ...newPerformance, venueId, title: { ko: title }, ...rest });
      const prices =
        map === smallMap ? grades : [{ grade: 'R', price: 99_000, sections: map.sections.map((s) => s.name) }];
      const startsAt = `${given.startDate}T19:30:00+09:00`;
      const session = NewSession.parse({ startsAt, hallId, seatMapId, grades: prices });
      const pricing = priceUnits(map, session.grades);
      if ('faults' in pricing) throw new Error('the prices do not fit the map');
      await db.transaction(async (trx) => {
        await insertPerformance(trx, { id, organizerId: creatorId, given });
        await insertSession(trx, id, { id: sessionId, given: session, priced: pricing.priced, codes: [] });
        await announce(trx, outbox, [id]);
      });
      return { id, sessionId };
    },

    async rename(id: string, title: string) {
      await db.transaction(async (trx) => {
        await trx.updateTable('performances').set({ title_ko: title }).where('id', '=', id).execute();
        await announceChange(trx, outbox, [id]);
      });
    },

    /** No route does it yet; the feed knows it. */
    async remove(id: string) {
      await db.transaction(async (trx) => {
        const { version } = await trx
          .selectFrom('performances')
          .select('version')
          .where('id', '=', id)
          .executeTakeFirstOrThrow();
        await trx.deleteFrom('sessions').where('performance_id', '=', id).execute();
        await trx.deleteFrom('performances').where('id', '=', id).execute();
        const data = { change: 'removed', performanceId: id, version: version + 1 } as const;
        await outbox.add(trx, changeFeed, data, { subject: id });
      });
    },

    /** Every document as the database has it. */
    async documents(): Promise<PerformanceDocument[]> {
      const all: PerformanceDocument[] = [];
      for (;;) {
        const page = await documentsAfter(db.kysely, all.at(-1)?.id, 200);
        if (page.length === 0) return all;
        all.push(...page);
      }
    },

    async [Symbol.asyncDispose]() {
      await outbox.stop();
      await broker.close();
      await db.close();
    },
  };
}

export interface House {
  readonly venueId: string;
  readonly hallId: string;
  readonly seatMapId: string;
  readonly map: SeatMapDocument;
}

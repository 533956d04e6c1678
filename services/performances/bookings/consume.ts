import { type Broker, consumptionOf } from '@ticketaka/platform/broker';
import { claimOnce, createInboxPruning } from '@ticketaka/platform/inbox';
import type { Component } from '@ticketaka/platform/lifecycle';
import type { Logger } from '@ticketaka/platform/log';
import { type AnyDatabase, createPruning } from '@ticketaka/platform/mariadb';
import { reservationCancelled, reservationConfirmed } from '@ticketaka/reservation/api';
import { dayInSeoul } from '../domain/seoul.ts';
import { service } from '../service.ts';
import { countBooked, countGivenBack } from './count.ts';

/** Longer than the longest period that is ranked, and the one before it. */
const keptSeconds = 100 * 86_400;

export interface CountingOptions {
  readonly broker: Broker;
  readonly db: AnyDatabase;
  readonly log: Logger;
}

/** Counts the tickets that are sold here, day by day, each message once. Complimentary ones nobody has chosen to book. */
export function createBookingCounts({ broker, db, log }: CountingOptions): readonly Component[] {
  const confirmed = consumptionOf(service, reservationConfirmed);
  const cancelled = consumptionOf(service, reservationCancelled);
  const old = { db, log, olderThanSeconds: keptSeconds };
  return [
    {
      name: 'booking counts',
      async start() {
        await broker.consume(confirmed, async ({ id, data }) => {
          const { reservationId, performanceId, kind, genre, at, tickets } = data;
          if (kind === 'complimentary') return;
          const booked = {
            reservationId,
            performanceId,
            genre,
            day: dayInSeoul(new Date(at)),
            tickets: tickets.length,
          };
          await db.transaction(async (trx) => {
            if (await claimOnce(trx, confirmed.queue, id)) await countBooked(trx, booked);
          });
        });
        await broker.consume(cancelled, async ({ id, data }) => {
          const { reservationId, performanceId, tickets } = data;
          await db.transaction(async (trx) => {
            if (!(await claimOnce(trx, cancelled.queue, id))) return;
            await countGivenBack(trx, { reservationId, performanceId, tickets: tickets.length });
          });
        });
      },
    },
    createInboxPruning({ db, log }),
    createPruning({ ...old, table: 'counted_reservations', column: 'counted_at' }),
    createPruning({ ...old, table: 'booking_counts', column: 'day' }),
  ];
}

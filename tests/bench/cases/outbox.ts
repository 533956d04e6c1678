import { type Broker, openBroker } from '@ticketaka/platform/broker';
import { type Database, openDatabase } from '@ticketaka/platform/mariadb';
import { createMetrics } from '@ticketaka/platform/metrics';
import { createOutbox, createOutboxTable } from '@ticketaka/platform/outbox';
import { createTestBroker, startPrivate, waitFor } from '@ticketaka/platform/testing';
import { sql } from 'kysely';
import { type BenchCase, perSecond, type Sample } from '../harness.ts';
import { BareAmqp } from './bare-amqp.ts';
import { Arrivals, bodyOf, confirmed, dataOf, log, mailbox, shop } from './messages.ts';

/** Messages of a backlog, and backlogs of a round, of which the fastest counts: other load on the machine only slows. */
const count = 4_000;
const backlogs = 3;
const window = 256;
/** Of a transaction that fills the outbox. */
const together = 250;

/** From a backlog, as after an outage: rows that are committed and not yet published. */
export const outbox: BenchCase = {
  name: 'outbox',
  summary: 'relay rows of a durable MariaDB to RabbitMQ and delete them, against bare amqplib publishing their bodies',
  unit: 'messages/s',
  target: { bound: 'at least', ratio: 0.3 },
  async prepare() {
    const resources = new AsyncDisposableStack();
    const mariadb = resources.use(await startPrivate('mariadb', [shop]));
    const rabbit = resources.use(await createTestBroker([shop, mailbox]));
    // The relay of a service: its own user, its own rights, its figures on.
    const db = resources.adopt(await openDatabase<object>({ url: mariadb.url(shop), log }), (open) => open.close());
    const broker = resources.adopt(await openBroker({ url: rabbit.url(shop), service: 'shop', log }), (open) =>
      open.close(),
    );
    await createOutboxTable(db.kysely);
    const publisher = resources.use(await BareAmqp.open(rabbit.url(shop)));
    const consumer = resources.use(await BareAmqp.open(rabbit.url(mailbox)));
    const bodies = Array.from({ length: count }, (_, number) => bodyOf(number));
    return {
      subject: () => best(() => relayAll({ db, broker, consumer })),
      reference: () =>
        best(async () => {
          const value = await perSecond(count, () => publisher.publish(bodies, window));
          return { value, correct: await consumer.drain(new Arrivals(count)) };
        }),
      close: () => resources.disposeAsync(),
    };
  },
};

interface Parts {
  readonly db: Database<object>;
  readonly broker: Broker;
  readonly consumer: BareAmqp;
}

async function best(run: () => Promise<Sample>): Promise<Sample> {
  const samples: Sample[] = [];
  for (let backlog = 0; backlog < backlogs; backlog += 1) samples.push(await run());
  return {
    value: Math.max(...samples.map(({ value }) => value)),
    correct: samples.every(({ correct }) => correct),
  };
}

/** Only the relay's work is timed: from its start until the last row is published, confirmed and deleted. */
async function relayAll({ db, broker, consumer }: Parts): Promise<Sample> {
  const metrics = createMetrics({ service: 'shop', workload: 'worker', ofProcess: false });
  const relay = createOutbox({ service: 'shop', db, broker, log, metrics });
  for (let from = 0; from < count; from += together) {
    await db.transaction(async (trx) => {
      for (let number = from; number < from + together; number += 1) {
        const data = dataOf(number);
        await relay.add(trx, confirmed, data, { subject: data.reservationId });
      }
    });
  }
  const relayed = metrics.registry.getSingleMetric('ticketaka_outbox_relayed_total');
  const value = await perSecond(count, async () => {
    await relay.start?.();
    await waitFor(async () => (await relayed?.get())?.values[0]?.value === count, { intervalMs: 2, timeoutMs: 60_000 });
  });
  await relay.stop?.();
  const { rows } = await sql`SELECT id FROM outbox LIMIT 1`.execute(db.kysely);
  return { value, correct: (await consumer.drain(new Arrivals(count))) && rows.length === 0 };
}

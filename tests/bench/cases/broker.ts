import { type Broker, openBroker } from '@ticketaka/platform/broker';
import { createMetrics } from '@ticketaka/platform/metrics';
import { createTestBroker } from '@ticketaka/platform/testing';
import { type BenchCase, inLanes, median, perSecond, type Sample } from '../harness.ts';
import { BareAmqp } from './bare-amqp.ts';
import { Arrivals, bodyOf, confirmed, consumption, dataOf, log, mailbox, shop } from './messages.ts';

const window = 256;
/** Messages of a round. Of its parts the best counts: whatever else the machine does only ever makes it slower. */
const parts = 4;
const many = 6_000;
const oneByOne = 200;
const all = parts * (many + oneByOne);

/** Messages a second. */
interface Rates {
  readonly window1: number;
  readonly window256: number;
  readonly consume: number;
}

/** One way to publish and consume. */
interface Way {
  publish(from: number, to: number, window: number): Promise<void>;
  consume(arrivals: Arrivals): Promise<boolean>;
}

export const broker: BenchCase = {
  name: 'broker',
  summary: `publish with confirms, ${window} in flight, validated and traced, against bare amqplib with the same window`,
  unit: 'messages/s',
  target: { bound: 'at least', ratio: 0.8 },
  async prepare() {
    const resources = new AsyncDisposableStack();
    const server = resources.use(await createTestBroker([shop, mailbox]));
    const ours = resources.adopt(await ourWay(server.url(shop), server.url(mailbox)), (way) => way.close());
    const publisher = resources.use(await BareAmqp.open(server.url(shop)));
    const consumer = resources.use(await BareAmqp.open(server.url(mailbox)));
    const bare = bareWay(publisher, consumer);
    const rates = { ours: [] as Rates[], bare: [] as Rates[] };
    return {
      subject: () => round(ours, rates.ours),
      reference: () => round(bare, rates.bare),
      figures: async () => ({ ...named('ours', rates.ours), ...named('amqplib', rates.bare) }),
      close: () => resources.disposeAsync(),
    };
  },
};

/** Publishes all, then consumes all, so that neither slows the other. */
async function round(way: Way, rates: Rates[]): Promise<Sample> {
  let [window1, window256] = [0, 0];
  for (let from = 0; from < all; from += many + oneByOne) {
    const middle = from + many;
    window256 = Math.max(window256, await perSecond(many, () => way.publish(from, middle, window)));
    window1 = Math.max(window1, await perSecond(oneByOne, () => way.publish(middle, middle + oneByOne, 1)));
  }
  let correct = false;
  const consume = await perSecond(all, async () => {
    correct = await way.consume(new Arrivals(all));
  });
  rates.push({ window1, window256, consume });
  return { value: window256, correct };
}

async function ourWay(publisherUrl: string, consumerUrl: string): Promise<Way & { close(): Promise<void> }> {
  const publisher = await open('shop', publisherUrl);
  const consumer = await open('mailbox', consumerUrl);
  return {
    publish: (from, to, inFlight) =>
      inLanes(inFlight, numbers(from, to), (number) => publisher.publish(confirmed, dataOf(number))),
    async consume(arrivals) {
      const consuming = await consumer.consume(consumption, async ({ data }) => {
        arrivals.add(data);
      });
      const correct = await arrivals.complete();
      await consuming.stop();
      return correct;
    },
    async close() {
      await publisher.close();
      await consumer.close();
    },
  };
}

function open(service: string, url: string): Promise<Broker> {
  const metrics = createMetrics({ service, workload: 'worker', ofProcess: false });
  return openBroker({ service, url, log, metrics });
}

function bareWay(publisher: BareAmqp, consumer: BareAmqp): Way {
  const bodies = numbers(0, all).map(bodyOf);
  return {
    publish: (from, to, inFlight) => publisher.publish(bodies.slice(from, to), inFlight),
    consume: (arrivals) => consumer.drain(arrivals),
  };
}

const numbers = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => from + index);

function named(who: string, rates: readonly Rates[]): Record<string, number> {
  const of = (key: keyof Rates) => Math.round(median(rates.map((each) => each[key])));
  return {
    [`${who} publish window 1, messages/s`]: of('window1'),
    [`${who} publish window 256, messages/s`]: of('window256'),
    [`${who} consume, messages/s`]: of('consume'),
  };
}

import { join } from 'node:path';
import { waitFor } from '@ticketaka/platform/testing';
import { type BenchCase, type Contest, median } from '../harness.ts';
import { startChildServer } from './child-server.ts';
import { BoxOffice } from './selling/box-office.ts';
import { Crowd, post } from './selling/crowd.ts';
import { grade } from './selling/house.ts';
import type { Reply } from './selling/lane.ts';
import { type Load, sayHello, sendAll } from './selling/load.ts';

const house = { kind: 'seats', units: 20_000, perMemberLimit: 20 } as const;
/** Enough in the first round for all that runs often to be compiled. */
const requests = 40_000;
const buyers = 2_000;
const atOnce = 20;

/** Half of the seats are sold, which the replica knows; the other half are held, which is asked of Redis. */
export const holdConflict: BenchCase = {
  name: 'hold-conflict',
  summary:
    'refuse holds of seats that are sold or held, against stock Express 5 that answers hello to the same request',
  unit: 'requests/s of CPU',
  target: { bound: 'at least', ratio: 1.3 },
  prepare: () =>
    prepareRefusals({
      sold: house.units / 2,
      code: 'seats_taken',
      wants: (at) => ({ seats: seatsFrom((at * 4) % house.units, 4) }),
      parts: {
        'refusals/s of CPU from memory': (at) => ({ seats: seatsFrom((at * 4) % (house.units / 2), 4) }),
        'refusals/s of CPU by Redis': (at) => ({
          seats: seatsFrom(house.units / 2 + ((at * 4) % (house.units / 2)), 4),
        }),
      },
    }),
};

export const soldOut: BenchCase = {
  name: 'sold-out',
  summary: 'refuse holds of a session that is sold out, against stock Express 5 that answers hello to the same request',
  unit: 'requests/s of CPU',
  target: { bound: 'at least', ratio: 1.3 },
  prepare: () =>
    prepareRefusals({ sold: house.units, code: 'sold_out', wants: () => ({ grade, quantity: 2 }), parts: {} }),
};

type Wants = (at: number) => object;

interface Refusals {
  /** The first so many units; the others are held. */
  readonly sold: number;
  readonly code: 'seats_taken' | 'sold_out';
  readonly wants: Wants;
  /** Further figures: what is wanted by name. */
  readonly parts: Readonly<Record<string, Wants>>;
}

async function prepareRefusals({ sold, code, wants, parts }: Refusals): Promise<Contest> {
  const resources = new AsyncDisposableStack();
  const crowd = resources.use(await Crowd.gather(buyers));
  const office = resources.use(await BoxOffice.open({ crowd, house }));
  const file = join(import.meta.dirname, 'http-server.ts');
  const stock = resources.adopt(await startChildServer(file, 'hello'), (server) => server.stop());
  const least = resources.adopt(await startChildServer(file, 'refuse'), (server) => server.stop());
  const sessionId = await office.openSession({ sold });
  const others = Array.from({ length: (house.units - sold) / atOnce }, (_, at) =>
    post('/holds', crowd.member(at), { sessionId, seats: seatsFrom(sold + at * atOnce, atOnce) }),
  );
  const before = await sendAll({ server: office.seller, requests: others, isRight: ({ status }) => status === 201 });
  if (!before.correct) throw new Error('what is to be refused is not held');
  const isTrue = async () => {
    const [free, held, taken] = await office.picture(sessionId);
    return free === 0 && held === house.units - sold && taken === sold;
  };
  await waitFor(isTrue);
  const clock: number[] = [];
  const bare: number[] = [];

  // Whoever asks has a limit that would still let them.
  const asking = (wanted: Wants) =>
    Array.from({ length: requests }, (_, at) =>
      post('/holds', crowd.member(buyers / 2 + (at % (buyers / 2))), { sessionId, ...wanted(at) }),
    );
  const refuse = (wanted: Wants): Promise<Load> =>
    sendAll({
      server: office.seller,
      requests: asking(wanted),
      isRight: ({ status, body }) => status === 409 && body.includes(`"code":"${code}"`),
    });
  const measured = new Map(Object.keys(parts).map((name): [string, number[]] => [name, []]));

  return {
    async subject() {
      const load = await refuse(wants);
      clock.push(load.perSecond);
      for (const [name, wanted] of Object.entries(parts)) measured.get(name)?.push((await refuse(wanted)).value);
      return { ...load, correct: load.correct && (await isTrue()) };
    },
    async reference() {
      const isRight = ({ status }: Reply) => status === 409;
      bare.push((await sendAll({ server: least, requests: asking(wants), logs: false, isRight })).value);
      return await sayHello(stock, asking(wants));
    },
    figures: async () => ({
      'refusals/s by the clock': Math.round(median(clock)),
      'refusals/s of CPU of node:http that looks at nothing': Math.round(median(bare)),
      ...Object.fromEntries([...measured].map(([name, values]) => [name, Math.round(median(values))])),
    }),
    close: () => resources.disposeAsync(),
  };
}

function seatsFrom(first: number, count: number): number[] {
  return Array.from({ length: count }, (_, place) => first + place);
}

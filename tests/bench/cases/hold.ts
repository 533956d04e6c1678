import { join } from 'node:path';
import { type BenchCase, median } from '../harness.ts';
import { startChildServer } from './child-server.ts';
import { BoxOffice } from './selling/box-office.ts';
import { Crowd, post } from './selling/crowd.ts';
import { getHello, sayHello, sendAll } from './selling/load.ts';

const seatsEach = 4;
const holds = 10_000;
/** Sessions of a round, one after the other: enough for all that runs often to be compiled in the first. */
const sessionsEach = 4;
const house = { kind: 'seats', units: holds * seatsEach, perMemberLimit: 20 } as const;
/** Each holds as often as the limit lets them. */
const buyers = (holds * seatsEach) / house.perMemberLimit;

/** A session is held until it is full, by people who have a token that was seen before. */
export const hold: BenchCase = {
  name: 'hold',
  summary: `POST a hold of ${seatsEach} seats, everything real, against stock Express 5 that answers hello to the same request`,
  unit: 'requests/s of CPU',
  target: { bound: 'at least', ratio: 0.9 },
  async prepare() {
    const resources = new AsyncDisposableStack();
    const crowd = resources.use(await Crowd.gather(buyers));
    const office = resources.use(await BoxOffice.open({ crowd, house }));
    const file = join(import.meta.dirname, 'http-server.ts');
    const stock = resources.adopt(await startChildServer(file, 'hello'), (server) => server.stop());
    const ours: number[] = [];
    const theirs: number[] = [];
    const plain: number[] = [];

    function requestsFor(sessionId: string) {
      return Array.from({ length: holds }, (_, at) => {
        const seats = Array.from({ length: seatsEach }, (__, seat) => at * seatsEach + seat);
        return post('/holds', crowd.member(at), { sessionId, seats });
      });
    }

    return {
      async subject() {
        const sessionIds: string[] = [];
        while (sessionIds.length < sessionsEach) sessionIds.push(await office.openSession());
        const requests = sessionIds.flatMap(requestsFor);
        const load = await sendAll({ server: office.seller, requests, isRight: ({ status }) => status === 201 });
        ours.push(load.perSecond);
        const pictures = await Promise.all(sessionIds.map((sessionId) => office.picture(sessionId)));
        const isFull = pictures.every(([free, held]) => free === 0 && held === house.units);
        return { value: load.value, correct: load.correct && isFull };
      },
      async reference() {
        const session = crowd.member(0).memberId;
        const load = await sayHello(stock, Array.from({ length: sessionsEach }, () => requestsFor(session)).flat());
        theirs.push(load.perSecond);
        plain.push(
          (
            await sayHello(
              stock,
              Array.from({ length: holds }, () => getHello),
            )
          ).value,
        );
        return load;
      },
      figures: async () => ({
        'holds/s by the clock': Math.round(median(ours)),
        'hellos/s by the clock': Math.round(median(theirs)),
        'hellos/s of CPU to a bare GET': Math.round(median(plain)),
      }),
      close: () => resources.disposeAsync(),
    };
  },
};

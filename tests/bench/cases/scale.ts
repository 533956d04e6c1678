import { type BenchCase, median } from '../harness.ts';
import { BoxOffice } from './selling/box-office.ts';
import { buyAll } from './selling/buy.ts';
import { Crowd } from './selling/crowd.ts';

const seatsEach = 4;
const bookings = 1_000;
const house = { kind: 'seats', units: bookings * seatsEach, perMemberLimit: seatsEach } as const;
const most = 4;

/** All of a session is sold by so many replicas. What they share is what it may cost them more. */
export const scale: BenchCase = {
  name: 'scale',
  summary: `a session sold by ${most} replicas on one set of servers, against one replica: what a booking costs them`,
  unit: 'CPU ms/booking',
  target: { bound: 'at most', ratio: 3 },
  async prepare() {
    const resources = new AsyncDisposableStack();
    const crowd = resources.use(await Crowd.gather(bookings));
    const office = resources.use(await BoxOffice.open({ crowd, house, replicas: most }));
    const rates = new Map<number, number[]>();

    async function sellBy(count: number) {
      const replicas = office.replicas.slice(0, count);
      const sessionId = await office.openSession({ replicas });
      const { ms, sold, cpuMs } = await buyAll({
        replicas,
        members: crowd.members,
        width: 192,
        wants: (at) => ({ sessionId, seats: Array.from({ length: seatsEach }, (_, seat) => at * seatsEach + seat) }),
      });
      rates.set(count, [...(rates.get(count) ?? []), (bookings / ms) * 1_000]);
      const correct = sold === bookings && (await office.isSold(sessionId, { tickets: house.units, bookings }));
      return { value: cpuMs / bookings, correct };
    }

    return {
      subject: () => sellBy(most),
      reference: () => sellBy(1),
      async figures() {
        const two = await sellBy(2);
        if (!two.correct) throw new Error('two replicas sold something else than there was');
        const perSecond = [...rates].map(([count, of]) => [`bookings/s by ${count} at once`, Math.round(median(of))]);
        return { ...Object.fromEntries(perSecond), 'CPU ms/booking of 2': two.value };
      },
      close: () => resources.disposeAsync(),
    };
  },
};

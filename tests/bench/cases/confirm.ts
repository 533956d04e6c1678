import { z } from 'zod';
import { type BenchCase, median, type Sample } from '../harness.ts';
import { BoxOffice } from './selling/box-office.ts';
import { buyAll } from './selling/buy.ts';
import { Crowd } from './selling/crowd.ts';

const seatsEach = 4;
const bookings = 1_500;
const house = { kind: 'seats', units: 6_000, perMemberLimit: seatsEach } as const;

/** Each buyer holds seats and pays for them; answered, they are sold in a MariaDB that syncs its logs at every commit. */
export const confirm: BenchCase = {
  name: 'confirm',
  summary: `hold ${seatsEach} seats, pay and have them confirmed, against the same server with a transaction for each booking`,
  unit: 'tickets/s',
  target: { bound: 'at least', ratio: 4 },
  async prepare() {
    const resources = new AsyncDisposableStack();
    const crowd = resources.use(await Crowd.gather(bookings));
    const ours = resources.use(await BoxOffice.open({ crowd, house }));
    const naive = resources.use(await BoxOffice.open({ crowd, house, naive: true }));
    const cpu = { ours: [] as number[], naive: [] as number[] };

    async function sellOut(office: BoxOffice, costs: number[]): Promise<Sample> {
      const sessionId = await office.openSession();
      const { ms, sold, cpuMs } = await buyAll({
        replicas: office.replicas,
        members: crowd.members,
        width: 192,
        wants: (at) => ({ sessionId, seats: Array.from({ length: seatsEach }, (_, seat) => at * seatsEach + seat) }),
      });
      costs.push(cpuMs / bookings);
      const correct = sold === bookings && (await office.isSold(sessionId, { tickets: house.units, bookings }));
      return { value: (house.units / ms) * 1_000, correct };
    }

    const durable = z.array(z.object({ flush: z.literal(1n), sync: z.literal(1n) }));
    durable.parse(await ours.query('SELECT @@innodb_flush_log_at_trx_commit AS flush, @@sync_binlog AS sync'));

    return {
      subject: () => sellOut(ours, cpu.ours),
      reference: () => sellOut(naive, cpu.naive),
      figures: async () => ({
        'CPU ms/booking of the api': median(cpu.ours),
        'CPU ms/booking of the api without batches': median(cpu.naive),
      }),
      close: () => resources.disposeAsync(),
    };
  },
};

import type { BenchCase, Sample } from '../harness.ts';
import { BoxOffice } from './selling/box-office.ts';
import { buyAll } from './selling/buy.ts';
import { Crowd } from './selling/crowd.ts';
import { grade } from './selling/house.ts';

const buyers = 10_000;
const seats = 10;
const house = { kind: 'seats', units: 2_000, perMemberLimit: 1 } as const;

/** The last seats of a house, half of the buyers for one of them, half for whichever is best. A thousand ask at once. */
export const storm: BenchCase = {
  name: 'storm',
  summary: `${buyers} buyers for ${seats} seats: the time in which 99 % are answered, against that in which half are`,
  unit: 'ms',
  target: { bound: 'at most', ratio: 10 },
  async prepare() {
    const resources = new AsyncDisposableStack();
    const crowd = resources.use(await Crowd.gather(buyers));
    const office = resources.use(await BoxOffice.open({ crowd, house }));
    const first = house.units - seats;

    async function rage() {
      const sessionId = await office.openSession({ sold: first });
      const { sold, refused, waited } = await buyAll({
        replicas: office.replicas,
        members: crowd.members,
        width: 1_000,
        wants: (at) => ({
          sessionId,
          ...(at % 2 === 0 ? { seats: [first + ((at / 2) % seats)] } : { grade, quantity: 1 }),
        }),
        refusals: ['seats_taken', 'sold_out'],
      });
      const sorted = waited.toSorted((a, b) => a - b);
      const tickets = house.units - first;
      const [won] = await office.query<{ tickets: bigint }>(
        `SELECT COUNT(DISTINCT unit) AS tickets FROM tickets WHERE session_id = ? AND state = 'valid'`,
        [sessionId],
      );
      const correct = sold === seats && refused === buyers - seats && Number(won?.tickets) === tickets;
      const at = (share: number): Sample => ({ value: sorted[Math.floor(buyers * share)] ?? Number.NaN, correct });
      return { p50: at(0.5), p99: at(0.99) };
    }

    // Both are of one storm, which whoever is asked first begins.
    let raging: ReturnType<typeof rage> | undefined;
    async function once(which: 'p50' | 'p99') {
      const other = raging;
      raging ??= rage();
      const storms = await raging;
      if (other) raging = undefined;
      return storms[which];
    }

    return { subject: () => once('p99'), reference: () => once('p50'), close: () => resources.disposeAsync() };
  },
};

import { type BenchCase, inLanes, perSecond } from '../harness.ts';
import { HotRow } from './selling/hot-row.ts';
import { StandingSale } from './selling/standing-sale.ts';

const units = 10_000;
const buyers = 15_000;
const crowd = 256;
/** Of the crowd, so that a round ends. */
const share = 10;

/** From the hold to the sale, by what the service does in Redis and MariaDB. */
export const standing: BenchCase = {
  name: 'standing',
  summary: `${buyers} buyers for ${units} places, each held, claimed and confirmed, against a counter row that each updates`,
  unit: 'buyers/s',
  target: { bound: 'at least', ratio: 40 },
  async prepare() {
    const resources = new AsyncDisposableStack();
    const sale = resources.use(await StandingSale.open(units));
    const hotRow = resources.use(await HotRow.open(sale.mariadb));
    return {
      async subject() {
        const sessionId = await sale.openSession();
        let sold = 0;
        const value = await perSecond(buyers, () =>
          inLanes(crowd, numbers(buyers), async () => {
            if (await sale.buy(sessionId)) sold += 1;
          }),
        );
        return { value, correct: sold === units && (await sale.soldOf(sessionId)) === units };
      },
      async reference() {
        await hotRow.fill(units / share);
        let sold = 0;
        const value = await perSecond(buyers / share, () =>
          inLanes(crowd, numbers(buyers / share), async () => {
            if (await hotRow.buy()) sold += 1;
          }),
        );
        return { value, correct: sold === units / share && (await hotRow.sold()) === units / share };
      },
      close: () => resources.disposeAsync(),
    };
  },
};

function numbers(count: number): number[] {
  return Array.from({ length: count }, (_, at) => at);
}

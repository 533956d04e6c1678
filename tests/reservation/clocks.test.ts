/** @needs faketime */
import { describe, expect, it } from '@jest/globals';
import { waitFor } from '@ticketaka/platform/testing';
import { sql } from 'kysely';
import { seatImage } from '../../services/reservation/seats/seat-image.ts';
import { startReplica } from './replica-process.ts';
import { scale } from './tally.ts';
import { startWorld, type World } from './world.ts';

describe('case 5: clocks are wrong', () => {
  it.each([-10, 10])(
    'that of every replica by %i minutes: holds and claims end when they should',
    async (minutes) => {
      const now = () => new Date(Date.now() + minutes * 60_000);
      await using other = await startWorld({ replicas: 1, overrides: { now } });
      const sessionId = other.addSession();
      const customer = other.customer();
      const held = await customer.hold({ sessionId, seats: [0] });
      const left = Date.parse(held?.expiresAt ?? '') - Date.now();
      expect(left).toBeGreaterThan(5 * 60_000);
      expect(left).toBeLessThan(7 * 60_000 + 10_000);
      const paymentKey = other.authorise(
        { orderId: held?.payment?.orderId ?? '', amount: held?.total ?? 0 },
        { confirm: 'decline' },
      );
      await customer.book({ sessionId, id: held?.id ?? '' }, paymentKey);
      const { rows } = await sql<{ left: number }>`
      SELECT TIMESTAMPDIFF(SECOND, NOW(3), expires_at) AS \`left\` FROM reservations`.execute(other.db.kysely);
      expect(rows[0]?.left).toBeGreaterThan(8 * 60);
      expect(rows[0]?.left).toBeLessThanOrEqual(10 * 60);
      expect(await other.verdict()).toEqual([]);
    },
    120_000,
  );

  it(
    'those of the servers too, and a sale goes on as if they were right',
    async () => {
      await using other = await startWorld({ own: ['mariadb', 'redis'], clocks: { mariadb: -5, redis: 5 } });
      const sessionIds = Array.from({ length: 2 + scale }, () => other.addSession());
      await using early = await startReplica(other, { workloads: ['api', 'worker'], clockSeconds: 600 });
      await using late = await startReplica(other, { workloads: ['api', 'worker'], clockSeconds: -600 });
      other.urls.push(early.url, late.url);
      expect(await aheadOf(other)).toEqual([-5, 5, 600, -600]);
      const crowd = other.crowd({ sessionIds });
      await waitFor(() => crowd.bought >= 15 * scale, { timeoutMs: 60_000 * scale });
      await crowd.stop();
      expect(await other.verdict()).toEqual([]);
    },
    180_000 * scale,
  );
});

/** Seconds by which MariaDB, Redis and the last two replicas are ahead of this process, to the next five. */
async function aheadOf({ db, root, urls }: World): Promise<readonly number[]> {
  const asked: (() => Promise<number>)[] = [
    async () => Number((await sql<{ at: number }>`SELECT UNIX_TIMESTAMP() AS at`.execute(db.kysely)).rows[0]?.at),
    async () => (await root.time())[0] ?? 0,
    ...urls.slice(-2).map((url) => async () => Date.parse((await fetch(url)).headers.get('date') ?? '') / 1_000),
  ];
  const ahead: number[] = [];
  for (const ask of asked) ahead.push(Math.round(((await ask()) - Date.now() / 1_000) / 5) * 5);
  return ahead;
}

describe('case 5 with the clock of one replica in the scripts', () => {
  it('gives away what is held, and holds too long, which the judge sees', async () => {
    let started = 0;
    const image = (options: Parameters<typeof seatImage>[0]) => {
      // The first is the other replica, and the second the worker.
      started += 1;
      return seatImage(options, started === 3 ? tenMinutesAhead : undefined);
    };
    await using hasty = await startWorld({ overrides: { image } });
    const sessionId = hasty.addSession();
    const [owner, thief] = hasty.urls.map((at) => hasty.customer({ at }));
    await owner?.hold({ sessionId, seats: [0, 1] });
    await thief?.hold({ sessionId, seats: [1, 2] });
    const found = await hasty.peek();
    expect(found).toContainEqual(
      expect.stringMatching(/^unit 1 .* was held by .*, and held by .* before that was over$/),
    );
    expect(found).toContainEqual(expect.stringMatching(/^a hold of .* was to last 10[12]\d seconds$/));
  }, 120_000);
});

function tenMinutesAhead(lua: string): string {
  return lua.replace('clock[1] * 1000', '(clock[1] + 600) * 1000');
}

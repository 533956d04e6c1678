import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '@ticketaka/platform/ids';
import { waitFor } from '@ticketaka/platform/testing';
import type { Customer } from './customer.ts';
import { scale } from './tally.ts';
import { startWorld, type World } from './world.ts';

/** MariaDB dies at the worst moments. What buyers were told stays true, and what they repeat happens once. */

let world: World;
beforeAll(async () => {
  world = await startWorld({ own: ['mariadb'], replicas: 1, proxied: ['mariadb'] });
}, 120_000);
afterAll(() => world[Symbol.asyncDispose]());
afterEach(() => letPass(world));

/** COM_QUERY of the text `commit`. */
const isCommit = (bytes: Buffer) => bytes.includes('\u0003commit');
const inserts = (table: string) => (bytes: Buffer) =>
  new RegExp(`insert into \`?${table}\\b`, 'i').test(bytes.toString('latin1'));

/** The statement is on its way to the server and MariaDB dies before it gets there. */
function killBefore(reached: (bytes: Buffer) => boolean, { proxies, mariadb } = world): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  let struck = false;
  proxies.mariadb().toServer = async (bytes) => {
    if (struck || !reached(bytes)) return !struck;
    struck = true;
    mariadb().kill().then(resolve, reject);
    return false;
  };
  return promise;
}

/** The commit is done and nobody hears of it: MariaDB dies with the answer on its lips. */
function killAfterCommitOf(table: string): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const wrote = inserts(table);
  let phase: 'waiting' | 'written' | 'committing' | 'struck' = 'waiting';
  const proxy = world.proxies.mariadb();
  proxy.toServer = async (bytes) => {
    if (phase === 'waiting' && wrote(bytes)) phase = 'written';
    else if (phase === 'written' && isCommit(bytes)) phase = 'committing';
    return phase !== 'struck';
  };
  proxy.toClient = async () => {
    if (phase !== 'committing') return phase !== 'struck';
    phase = 'struck';
    world.mariadb().kill().then(resolve, reject);
    return false;
  };
  return promise;
}

async function backAgain(of = world) {
  letPass(of);
  of.proxies.mariadb().cut();
  await of.mariadb().start();
}

function letPass(of: World) {
  of.proxies.mariadb().toServer = async () => true;
  of.proxies.mariadb().toClient = async () => true;
}

/** With the same key until there is an answer. */
async function bookPatiently(customer: Customer, ...[held, paymentKey, key]: Required<Parameters<Customer['book']>>) {
  return await waitFor(() => customer.book(held, paymentKey, key), {
    what: 'the booking',
    timeoutMs: 60_000,
    intervalMs: 250,
  });
}

/** One seat: a row alone is inserted by its own text, which can be seen on its way. */
async function heldSeat(of = world) {
  const customer = of.customer();
  const held = await customer.hold({ sessionId: of.addSession(), seats: [0] });
  if (!held?.payment) throw new Error('the seats are free, and cost something');
  const paymentKey = of.authorise({ orderId: held.payment.orderId, amount: held.total });
  return { customer, held, paymentKey, key: newId() };
}

describe('case 3: MariaDB is killed', () => {
  it.each([
    ['before the commit of a claim', () => killBefore(isCommit)],
    ['in the middle of writing a claim', () => killBefore(inserts('tickets'))],
    ['after the commit of a claim, before the answer', () => killAfterCommitOf('tickets')],
    ['before a sale is written', () => killBefore(inserts('payments'))],
    ['after the commit of a sale, before the answer', () => killAfterCommitOf('payments')],
  ])(
    '%s: repeating it with its key is one booking',
    async (_, strike) => {
      const { customer, held, paymentKey, key } = await heldSeat();
      await world.outage(async () => {
        const struck = strike();
        const first = customer.book(held, paymentKey, key);
        await struck;
        expect(await first).toBeUndefined();
        await backAgain();
        await bookPatiently(customer, held, paymentKey, key);
      });
      expect(await world.verdict()).toEqual([]);
      const mine = (await world.trial()).records.reservations.filter(
        ({ memberId }) => memberId === customer.buyer.memberId,
      );
      expect(mine).toMatchObject([{ state: 'CONFIRMED' }]);
    },
    180_000,
  );

  it(
    'in the middle of a sale, and everything fits together afterwards',
    async () => {
      const sessionIds = Array.from({ length: 2 + scale }, () => world.addSession());
      const crowd = world.crowd({ sessionIds });
      const sellOn = async (more: number) => {
        const before = crowd.bought;
        await waitFor(() => crowd.bought >= before + more, { timeoutMs: 90_000 * scale });
      };
      await sellOn(4);
      for (let time = 0; time < scale; time += 1) {
        await world.outage(async () => {
          await world.mariadb().kill();
          await world.mariadb().start();
          await sellOn(2);
        });
        await sellOn(4);
      }
      await crowd.stop();
      expect(await world.verdict()).toEqual([]);
    },
    240_000 * scale,
  );
});

describe('without a transaction around a claim', () => {
  it('one that MariaDB dies in is a booking without tickets, which the judge sees', async () => {
    const reviseSql = (sql: string) => (sql === 'begin' ? 'do 0' : sql);
    await using careless = await startWorld({ own: ['mariadb'], replicas: 1, reviseSql });
    const { customer, held, paymentKey, key } = await heldSeat(careless);
    await careless.outage(async () => {
      const struck = killBefore(inserts('tickets'), careless);
      const first = customer.book(held, paymentKey, key);
      await struck;
      await first;
      await backAgain(careless);
      await waitFor(async () => {
        await customer.book(held, paymentKey, key);
        return customer.last?.kind === 'done' || (customer.last?.kind === 'refused' && customer.last.status < 500);
      });
    });
    expect(await careless.peek()).toContainEqual(
      expect.stringMatching(/^reservation .* costs \d+, and its tickets cost 0$/),
    );
  }, 120_000);
});

describe('while MariaDB is away', () => {
  it('seats are not held, and buyers are told when to come again', async () => {
    const sessionId = world.addSession();
    const customer = world.customer();
    await customer.hold({ sessionId, seats: [0] });
    await world.outage(async () => {
      await world.mariadb().kill();
      await waitFor(async () => {
        const answer = await customer.buyer.hold({ sessionId, seats: [1] }).catch((error: unknown) => error);
        return JSON.stringify(answer).includes('"retryAfterSeconds"') && answer;
      });
      expect(await customer.buyer.hold({ sessionId, seats: [2] }).catch((error: unknown) => error)).toMatchObject({
        status: 503,
        retryAfterSeconds: expect.any(Number),
      });
      await world.mariadb().start();
      await waitFor(() => customer.hold({ sessionId, seats: [3] }), { timeoutMs: 30_000, intervalMs: 250 });
    });
    expect(await world.verdict()).toEqual([]);
  }, 120_000);
});

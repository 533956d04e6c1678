import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { ChildServer } from '../child-server.ts';
import { type Member, post } from './crowd.ts';
import { type Lane, onLanes, type Reply } from './lane.ts';

const Held = z.object({ id: z.string(), total: z.number() });
const Booked = z.object({ state: z.literal('CONFIRMED') });

export interface Buying {
  readonly replicas: readonly ChildServer[];
  readonly members: readonly Member[];
  /** As many buy at once. */
  readonly width: number;
  /** Body of the hold of the buyer at this place. */
  readonly wants: (at: number) => object;
  /** Codes by which a buyer may be refused. @default none */
  readonly refusals?: readonly string[];
}

export interface Bought {
  /** Until everybody has seats or was refused, in milliseconds. */
  readonly ms: number;
  /** Bookings that were confirmed. */
  readonly sold: number;
  readonly refused: number;
  /** Of each buyer, for the answer to the hold, in milliseconds. */
  readonly waited: readonly number[];
  /** CPU time of the replicas, in milliseconds. */
  readonly cpuMs: number;
}

/** Each of the members holds, pays with their first answer, and is confirmed. @throws when anything else is answered */
export async function buyAll({ replicas, members, width, wants, refusals = [] }: Buying): Promise<Bought> {
  const requests = members.map((member, at) => ({ member, hold: post('/holds', member, wants(at)) }));
  const waited: number[] = [];
  let sold = 0;
  let refused = 0;

  async function buy(lane: Lane, { member, hold }: (typeof requests)[number]) {
    const started = performance.now();
    const held = await lane.ask(hold);
    waited.push(performance.now() - started);
    if (held.status === 409 && refusals.some((code) => held.body.includes(`"code":"${code}"`))) refused += 1;
    else {
      await pay(lane, member, held);
      sold += 1;
    }
  }

  const before = await cpuOf(replicas);
  const ms = await onLanes({ urls: replicas.map(({ url }) => url), width, items: requests, run: buy });
  return { ms, sold, refused, waited, cpuMs: ((await cpuOf(replicas)) - before) / 1_000 };
}

async function pay(lane: Lane, member: Member, held: Reply) {
  if (held.status !== 201) throw new Error(`not held: ${held.status} ${held.body}`);
  const { id } = Held.parse(JSON.parse(held.body));
  const payment = { provider: 'toss', paymentKey: randomUUID() };
  const booked = await lane.ask(post('', member, { holdId: id, payment }));
  if (booked.status !== 201) throw new Error(`not booked: ${booked.status} ${booked.body}`);
  Booked.parse(JSON.parse(booked.body));
}

async function cpuOf(replicas: readonly ChildServer[]): Promise<number> {
  const each = await Promise.all(replicas.map((replica) => replica.cpu()));
  return each.reduce((sum, one) => sum + one, 0);
}

import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { waitFor } from '@ticketaka/platform/testing';
import { z } from 'zod';
import { verifyMain } from '../../services/reservation/waiting-room/verify-main.ts';
import { BoxOffice, base } from './box-office.ts';
import { expectStatus } from './people.ts';
import { platform as connect, type Platform } from './platform.ts';
import type { Visitor } from './visitor.ts';

const queue = z.looseObject({ state: z.string(), serving: z.int(), commitment: z.string() });
const entry = z.looseObject({
  state: z.string(),
  token: z.string().nullable(),
  number: z.int().nullable(),
  entrant: z.string().nullable(),
});
const turn = z.looseObject({ state: z.string(), pass: z.string().optional() });
const people = 200;

let platform: Platform;
let office: BoxOffice;
beforeAll(async () => {
  platform = await connect();
  office = await BoxOffice.open(platform);
}, 240_000);
afterAll(() => platform[Symbol.asyncDispose]());

it('200 buyers are shuffled in the lobby, let in by turns, and sold what there is', async () => {
  const { sessionId } = await office.show();
  const path = `${base}/sessions/${sessionId}/queue`;
  const settings = { mode: 'on', opensAt: new Date(Date.now() + 15_000).toISOString(), ratePerSecond: 50 };
  const room = `${base}/manage/sessions/${sessionId}/queue`;
  const { commitment } = queue.parse(
    expectStatus(await office.organizer.send('PUT', room, { body: settings }), 200).body,
  );

  const crowd = await Promise.all(Array.from({ length: people }, () => office.stranger()));
  const enter = async (visitor: Visitor, token?: string) =>
    entry.parse(expectStatus(await visitor.send('POST', path, { body: { ...(token && { token }) } }), 200).body);
  const entered = await Promise.all(crowd.map((visitor) => enter(visitor)));
  expect(new Set(entered.map(({ state }) => state))).toEqual(new Set(['lobby']));
  const early = crowd[0];
  if (!early) throw new Error('there are 200');
  expect(await office.post(early, '/holds', { sessionId, seats: [0] })).toMatchObject({
    status: 403,
    body: { code: 'pass_required' },
  });

  const now = async () => queue.parse((await early.send('GET', path)).body);
  await waitFor(async () => (await now()).state === 'open', { what: 'the opening', timeoutMs: 60_000 });
  const places = await Promise.all(crowd.map((visitor, index) => enter(visitor, entered[index]?.token ?? undefined)));
  expect(places.map(({ number }) => number).toSorted((a, b) => Number(a) - Number(b))).toEqual(
    Array.from({ length: people }, (_, index) => index + 1),
  );

  await waitFor(async () => (await now()).serving >= people, { what: 'the last one', timeoutMs: 90_000 });
  const sold = await Promise.all(crowd.map((visitor, index) => takeSeat(visitor, places[index]?.token ?? '')));
  // 20 seats and 100 places, one each.
  expect(sold.filter((status) => status === 201)).toHaveLength(100);
  expect(sold.filter((status) => status === 409)).toHaveLength(100);

  const printed: string[] = [];
  const args = [`${platform.gateway}${path}/draw`, '--commitment', commitment, '--entrant', places[0]?.entrant ?? ''];
  expect(await verifyMain(args, (line) => printed.push(line))).toBe(0);
  expect(printed.join('\n')).toContain(`the number ${places[0]?.number}.`);

  async function takeSeat(visitor: Visitor, token: string): Promise<number> {
    const { pass } = turn.parse(
      expectStatus(await visitor.send('POST', `${path}/turn`, { body: { token } }), 200).body,
    );
    const held = await office.post(visitor, '/holds', { sessionId, grade: '스탠딩', quantity: 1, pass });
    return held.status;
  }
}, 240_000);

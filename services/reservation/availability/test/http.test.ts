import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { defineApi } from '@ticketaka/platform/contract';
import { createApp, createServer, listen } from '@ticketaka/platform/http';
import { waitFor } from '@ticketaka/platform/testing';
import * as fc from 'fast-check';
import { errors } from '../../errors.ts';
import { type AvailabilityOptions, availabilityHandlers, availabilityRoutes, type MirroredSession } from '../index.ts';
import { Page, seatsOf } from './page.ts';
import { log, session, world } from './world.ts';

const api = defineApi({
  service: 'reservation',
  base: '/api/reservations',
  title: 'Availability',
  errors,
  routes: availabilityRoutes,
});

/** A server that shows one session, which is built. */
async function show({ units = 200, ...options }: Partial<AvailabilityOptions> & { units?: number } = {}) {
  const stack = new AsyncDisposableStack();
  const here = stack.use(await world(options));
  const shown = session(units);
  await here.build(shown.id, { units });
  const known = new Map<string, MirroredSession>([[shown.id, shown]]);
  const parts = { availability: here.availability, sessions: { get: async (id: string) => known.get(id) } };
  const handlers = availabilityHandlers(parts);
  const app = createApp({ api, handlers, log, metrics: here.metrics, checkResponses: 'throw' });
  const server = await listen(createServer(app), 0, '127.0.0.1');
  stack.defer(() => server.close());
  const url = `${server.url}/api/reservations/sessions/${shown.id}/availability`;
  return {
    ...here,
    id: shown.id,
    known,
    server,
    url,
    get: (headers: Readonly<Record<string, string>> = {}) => fetch(url, { headers }),
    page: () => new Page(`${url}/stream`),
    /** Waits until a page shows what Redis has. */
    async sees(page: Page) {
      const { bitmap } = await here.caughtUp(shown.id);
      const wanted = JSON.stringify(seatsOf(bitmap, units));
      await waitFor(() => JSON.stringify(page.seats) === wanted, { what: 'the page to show what there is' });
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

/** A page that saw a hold and has gone before that is let go, and one that stays. */
async function pageThatLeft(here: Awaited<ReturnType<typeof show>>) {
  const page = here.page();
  const witness = here.page();
  await page.open();
  await witness.open();
  const hold = await here.hold(here.id, [1]);
  await here.sees(page);
  page.close();
  await here.image.release(here.id, { holdId: hold });
  return { page, witness };
}

describe('the whole picture of a session', () => {
  it('is two bits a unit with a version, and not sent again to who has it', async () => {
    await using here = await show({ units: 50_000 });
    await here.hold(here.id, [0, 5, 49_999]);
    const first = await here.get({ 'accept-encoding': 'identity' });
    const etag = first.headers.get('etag') ?? '';
    const bits = new Uint8Array(await first.arrayBuffer());
    expect([first.status, bits.length, first.headers.get('availability-units')]).toEqual([200, 12_500, '50000']);
    const taken = seatsOf(bits, 50_000).flatMap((state, unit) => (state === 1 ? [unit] : []));
    expect([taken, etag]).toEqual([[0, 5, 49_999], '"1-2"']);
    expect(first.headers.has('availability-behind')).toBe(false);
    expect((await here.get({ 'if-none-match': etag })).status).toBe(304);
    const small = await here.get({ 'accept-encoding': 'br' });
    expect(small.headers.get('content-encoding')).toBe('br');
    expect(Buffer.from(await small.arrayBuffer()).equals(bits)).toBe(true);
    await here.hold(here.id, [6]);
    await waitFor(async () => (await here.get({ 'if-none-match': etag })).status === 200);
  }, 60_000);

  it('is that of a session', async () => {
    await using here = await show();
    for (const path of ['', '/stream']) {
      const answer = await fetch(here.url.replace(here.id, randomUUID()) + path);
      expect([answer.status, await answer.json()]).toEqual([
        404,
        expect.objectContaining({ code: 'session_not_found' }),
      ]);
    }
  }, 60_000);

  it('says how old it may be when Redis has lost it, and is 503 when it was never seen', async () => {
    await using here = await show({ trustMs: 400 });
    expect((await here.get()).headers.has('availability-behind')).toBe(false);
    await here.root.flushdb();
    const old = await waitFor(async () => {
      const answer = await here.get();
      return answer.headers.has('availability-behind') ? answer : undefined;
    });
    expect([old.status, old.headers.get('cache-control')]).toEqual([200, 'no-store']);
    const unseen = session();
    here.known.set(unseen.id, unseen);
    const none = await fetch(here.url.replace(here.id, unseen.id));
    expect([none.status, none.headers.has('retry-after')]).toEqual([503, true]);
  }, 60_000);
});

describe('the stream of a session', () => {
  it('begins with the whole picture and goes on with changes', async () => {
    await using here = await show();
    const page = here.page();
    await page.open();
    await waitFor(() => page.events.length === 1);
    const hold = await here.hold(here.id, [3, 4]);
    await here.sees(page);
    await here.image.release(here.id, { holdId: hold });
    await here.image.block(here.id, { epoch: 1, units: [9] });
    await here.sees(page);
    expect(page.events[0]).toMatchObject({ event: 'snapshot', data: { units: 200 } });
    expect(page.events.slice(1).every(({ event }) => event === 'delta')).toBe(true);
    expect(page.events[1]).toEqual({ event: 'delta', id: '1-2', data: { held: [3, 4] } });
    page.close();
  }, 60_000);

  it('goes on from the picture that a page has', async () => {
    await using here = await show();
    const answer = await here.get();
    const page = here.page();
    page.seats = seatsOf(new Uint8Array(await answer.arrayBuffer()), 200);
    await here.hold(here.id, [1]);
    await here.caughtUp(here.id);
    await page.open(answer.headers.get('etag')?.replaceAll('"', ''));
    await here.hold(here.id, [2]);
    await here.sees(page);
    expect(page.events.map(({ event }) => event)).not.toContain('snapshot');
    page.close();
  }, 60_000);

  it('tells a page that comes back what it missed, and no more', async () => {
    await using here = await show();
    const page = here.page();
    await page.open();
    await here.hold(here.id, [1]);
    await here.sees(page);
    page.close();
    await here.hold(here.id, [2]);
    await here.caughtUp(here.id);
    await here.hold(here.id, [3]);
    await here.caughtUp(here.id);
    await page.open();
    await here.sees(page);
    expect(page.events.filter(({ event }) => event === 'snapshot')).toHaveLength(1);
    page.close();
  }, 60_000);

  it('tells a page everything that missed more than is kept, so that no seat is stale', async () => {
    await using here = await show({ keptBytes: 60 });
    const { page, witness } = await pageThatLeft(here);
    for (let unit = 10; unit < 30; unit += 1) {
      await here.hold(here.id, [unit]);
      // So that each is an event of its own, of which one is kept.
      await here.sees(witness);
    }
    await page.open();
    await here.sees(page);
    expect(page.events.filter(({ event }) => event === 'snapshot')).toHaveLength(2);
    page.close();
    witness.close();
  }, 60_000);

  it('would leave a seat stale if a page that comes back were told only what happens from then on', async () => {
    await using here = await show();
    const { page, witness } = await pageThatLeft(here);
    // Told to others, so that it is an event that a page may have seen.
    await here.sees(witness);
    // As if it had seen what it has missed.
    page.lastId = '1-3';
    await page.open();
    await here.hold(here.id, [2]);
    await waitFor(() => page.seats[2] === 1);
    await expect(here.sees(page)).rejects.toThrow('the page to show what there is');
    expect(page.seats[1]).toBe(1);
    page.close();
    witness.close();
  }, 60_000);

  it.each(['99-1', '1-999999', '0-0', 'nonsense', ''])(
    'tells a page everything that has seen %j, which is not of this picture',
    async (lastId) => {
      await using here = await show();
      const page = here.page();
      page.lastId = lastId;
      await page.open();
      await here.sees(page);
      expect(page.events.map(({ event }) => event)).toEqual(['snapshot']);
      page.close();
    },
    60_000,
  );

  it('tells those who look at it everything when the picture was built anew', async () => {
    await using here = await show();
    const page = here.page();
    await page.open();
    await here.hold(here.id, [1, 2]);
    await here.sees(page);
    await here.root.flushdb();
    await here.build(here.id, { epoch: 2 });
    await waitFor(() => page.lastId?.startsWith('2-'), { timeoutMs: 20_000 });
    await here.sees(page);
    expect(page.events.at(-1)).toMatchObject({ event: 'snapshot' });
    page.close();
  }, 60_000);

  it('ends when the server stops, and the picture lasts no longer than that', async () => {
    await using here = await show();
    const page = here.page();
    await page.open();
    await waitFor(() => page.events.length === 1);
    await here.server.close();
    await waitFor(() => page.over);
  }, 60_000);

  it('leaves no page with a stale seat, however often pages come and go amid changes', async () => {
    await using here = await show({ units: 40, keptBytes: 300, tickMs: 5 });
    const step = fc.oneof(
      fc.record({ kind: fc.constant('flip' as const), unit: fc.nat(39) }),
      fc.record({ kind: fc.constant('rebuild' as const) }),
      fc.record({ kind: fc.constantFrom('come' as const, 'go' as const), page: fc.nat(2) }),
    );
    let epoch = 1;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
        const pages = [here.page(), here.page(), here.page()];
        const blocked = new Set<number>();
        await here.image.unblock(here.id, { epoch, units: Array.from({ length: 40 }, (_, unit) => unit) });
        for (const each of steps) {
          if (each.kind === 'rebuild') {
            epoch += 1;
            await here.build(here.id, { epoch, units: 40 });
            blocked.clear();
          } else if (each.kind === 'flip') {
            const units = [each.unit];
            if (blocked.delete(each.unit)) await here.image.unblock(here.id, { epoch, units });
            else await here.image.block(here.id, { epoch, units: [...blocked.add(each.unit)].slice(-1) });
          } else {
            const page = pages[each.page];
            if (each.kind === 'come' && page?.over) await page.open();
            else if (each.kind === 'go') page?.close();
          }
        }
        for (const page of pages) {
          if (page.over) await page.open();
          await here.sees(page);
          page.close();
        }
      }),
      { numRuns: 20 },
    );
  }, 120_000);
});

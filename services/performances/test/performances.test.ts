import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '@ticketaka/platform/ids';
import { z } from 'zod';
import { AuditEntry, PerformanceRecord } from '../schemas/manage.ts';
import type { Caller } from './caller.ts';
import { addPerformance, addSession, buildHouse, type House, newPerformance, newSession, newVenue } from './house.ts';
import { type PerformancesServer, startPerformances } from './performances-server.ts';

let now = new Date('2026-11-20T12:00:00+09:00');
let server: PerformancesServer;
let organizer: Caller;
let house: House;
beforeAll(async () => {
  server = await startPerformances({ now: () => now });
  organizer = server.caller(['organizer']);
  house = await buildHouse(organizer);
}, 60_000);
afterAll(() => server[Symbol.asyncDispose]());

const body = (change: object = {}) => ({ ...newPerformance, venueId: house.venue.id, ...change });
const page = z.object({ performances: z.array(PerformanceRecord), next: z.string().optional() });
const history = z.object({ entries: z.array(AuditEntry), next: z.string().optional() });

describe('a performance', () => {
  it('is made, published and read', async () => {
    const made = await organizer.send('POST', '/performances', { body: body() });
    const { id } = PerformanceRecord.parse(made.body);
    expect(made).toMatchObject({
      status: 201,
      body: { ...body(), organizerId: organizer.memberId, cancelled: false, posters: [], version: 1 },
    });
    expect(made.headers.get('etag')).toBe('"v1"');
    expect((await organizer.send('GET', made.headers.get('location') ?? '')).body).toEqual(made.body);
    expect(await server.changesOf(id, 1)).toMatchObject([
      {
        change: 'put',
        performanceId: id,
        version: 1,
        document: { id, title: newPerformance.title, organizerId: organizer.memberId, sessions: [], minPrice: null },
      },
    ]);
  });

  it('is replaced as a whole by whoever knows its version', async () => {
    const { id } = await addPerformance(organizer, house);
    const path = `/performances/${id}`;
    const change = body({ title: { ko: '여름 정원의 햄릿' }, cast: [], synopsis: '줄거리' });
    expect(await organizer.send('PUT', path, { body: change })).toMatchObject({ status: 428 });
    const answer = await organizer.replace(path, change, '"v1"');
    expect(answer).toMatchObject({ status: 200, body: { ...change, version: 2 } });
    expect(answer.body['title']).toEqual({ ko: '여름 정원의 햄릿' });
    expect(answer.headers.get('etag')).toBe('"v2"');
    expect(await organizer.replace(path, change, '"v1"')).toMatchObject({
      status: 412,
      body: { code: 'changed_meanwhile' },
    });
    expect(await server.changesOf(id, 2)).toMatchObject([{ version: 1 }, { version: 2, document: { cast: [] } }]);
  });

  it('of another organiser is as if it did not exist', async () => {
    const { id } = await addPerformance(organizer, house);
    const { id: sessionId } = await addSession(organizer, id, newSession(house));
    const other = server.caller(['organizer']);
    const path = `/performances/${id}`;
    const gone = { status: 404, body: { code: 'performance_not_found' } };
    expect(await other.send('GET', path)).toMatchObject(gone);
    expect(await other.send('GET', `${path}/audit`)).toMatchObject(gone);
    expect(await other.replace(path, body(), '*')).toMatchObject(gone);
    expect(await other.cancel(path, '*')).toMatchObject(gone);
    expect(await other.send('POST', `${path}/sessions`, { body: newSession(house) })).toMatchObject(gone);
    const noSession = { status: 404, body: { code: 'session_not_found' } };
    expect(await other.send('GET', `/sessions/${sessionId}`)).toMatchObject(noSession);
    expect(await other.replace(`/sessions/${sessionId}`, newSession(house), '*')).toMatchObject(noSession);
    expect(await other.cancel(`/sessions/${sessionId}`, '*')).toMatchObject(noSession);
    expect(await other.send('GET', `/performances/${newId()}`)).toMatchObject(gone);
    const admin = server.caller(['admin']);
    expect((await admin.send('GET', path)).status).toBe(200);
    expect((await admin.cancel(`/sessions/${sessionId}`, '"v1"')).status).toBe(200);
  });

  it('needs a venue that exists, and dates in order', async () => {
    const missing = { status: 404, body: { code: 'venue_not_found' } };
    expect(await organizer.send('POST', '/performances', { body: body({ venueId: newId() }) })).toMatchObject(missing);
    const backwards = body({ startDate: '2027-02-01' });
    expect(await organizer.send('POST', '/performances', { body: backwards })).toMatchObject({
      status: 400,
      body: { code: 'invalid_request', errors: [{ path: 'endDate' }] },
    });
  });

  it('keeps its sessions on its days and at its venue', async () => {
    const { id } = await addPerformance(organizer, house);
    const { id: sessionId } = await addSession(
      organizer,
      id,
      newSession(house, { startsAt: '2027-01-20T19:30:00+09:00' }),
    );
    const path = `/performances/${id}`;
    expect(await organizer.replace(path, body({ endDate: '2027-01-19' }), '"v2"')).toMatchObject({
      status: 422,
      body: { code: 'session_outside_dates', sessions: [{ id: sessionId }] },
    });
    const { venue } = await buildHouse(organizer);
    const moved = body({ venueId: venue.id });
    expect(await organizer.replace(path, moved, '"v2"')).toMatchObject({ status: 409, body: { code: 'has_sessions' } });
    await organizer.cancel(`/sessions/${sessionId}`, '"v1"');
    expect(await organizer.replace(path, moved, '"v3"')).toMatchObject({ status: 200, body: { venueId: venue.id } });
  });

  it('cannot become so long that it runs into what comes after it in the hall', async () => {
    const own = await buildHouse(organizer);
    const [{ id }, { id: next }] = [await addPerformance(organizer, own), await addPerformance(organizer, own)];
    await addSession(organizer, id, newSession(own, { startsAt: '2027-01-05T14:00:00+09:00' }));
    await addSession(organizer, next, newSession(own, { startsAt: '2027-01-05T16:00:00+09:00' }));
    const longer = { ...body({ venueId: own.venue.id }), runningMinutes: 121 };
    expect(await organizer.replace(`/performances/${id}`, longer, '"v2"')).toMatchObject({
      status: 409,
      body: { code: 'session_clashes', startsAt: '2027-01-05T05:00:00.000Z', takenFrom: '2027-01-05T07:00:00.000Z' },
    });
    const shorter = { ...longer, runningMinutes: 119 };
    expect((await organizer.replace(`/performances/${id}`, shorter, '"v2"')).status).toBe(200);
  });

  it('is cancelled with its sessions, for good', async () => {
    const { id } = await addPerformance(organizer, house);
    const session = await addSession(organizer, id, newSession(house, { startsAt: '2027-01-21T19:30:00+09:00' }));
    const path = `/performances/${id}`;
    expect(await organizer.send('POST', `${path}/cancellation`)).toMatchObject({ status: 428 });
    expect(await organizer.cancel(path, '"v1"')).toMatchObject({ status: 412 });
    expect(await organizer.cancel(path, '"v2"')).toMatchObject({ status: 200, body: { cancelled: true, version: 3 } });
    expect(await organizer.cancel(path, '"v3"')).toMatchObject({ status: 200, body: { cancelled: true, version: 3 } });
    const cancelled = { status: 409, body: { code: 'performance_cancelled' } };
    expect(await organizer.replace(path, body(), '"v3"')).toMatchObject(cancelled);
    expect(await organizer.send('POST', `${path}/sessions`, { body: newSession(house) })).toMatchObject(cancelled);
    expect((await organizer.send('GET', `/sessions/${session.id}`)).body).toMatchObject({
      cancelled: true,
      version: 2,
    });
    expect((await server.changesOf(id, 3)).at(-1)).toMatchObject({
      version: 3,
      document: { cancelled: true, minPrice: null, sessions: [{ id: session.id, cancelled: true }] },
    });
    const told = { sessionId: session.id, performanceId: id, cancelledBy: organizer.memberId };
    expect(await server.cancellationsOf(id)).toEqual([told]);
  });

  it('that is cancelled half-way has taken place until then', async () => {
    const { id } = await addPerformance(organizer, house);
    const [first, second] = [
      await addSession(organizer, id, newSession(house, { startsAt: '2027-01-28T10:00:00+09:00' })),
      await addSession(organizer, id, newSession(house, { startsAt: '2027-01-29T10:00:00+09:00' })),
    ];
    const before = now;
    now = new Date('2027-01-28T10:00:00+09:00');
    try {
      await organizer.cancel(`/performances/${id}`, '"v3"');
    } finally {
      now = before;
    }
    expect((await organizer.send('GET', `/sessions/${first.id}`)).body).toMatchObject({ cancelled: false, version: 1 });
    expect((await organizer.send('GET', `/sessions/${second.id}`)).body).toMatchObject({ cancelled: true });
    await server.changesOf(id, 4);
    expect(await server.cancellationsOf(id)).toMatchObject([{ sessionId: second.id }]);
  });

  it('is known by its id in capitals too, and is not sent again to who has its version', async () => {
    const { id } = await addPerformance(organizer, house);
    const path = `/performances/${id.toUpperCase()}`;
    const shouted = body({ venueId: house.venue.id.toUpperCase() });
    expect((await organizer.replace(path, shouted, '"v1"')).body).toMatchObject({ id, venueId: house.venue.id });
    const again = await organizer.send('GET', path, { headers: { 'if-none-match': '"v2"' } });
    expect(again).toMatchObject({ status: 304, text: '' });
  });

  it('publishes each version once and in order, however many change it at once', async () => {
    const { id } = await addPerformance(organizer, house);
    const sessions = Array.from({ length: 8 }, (_, index) =>
      addSession(organizer, id, newSession(house, { startsAt: `2027-01-${10 + index}T10:00:00+09:00` })),
    );
    await Promise.all(sessions);
    const changes = await server.changesOf(id, 9);
    expect(changes.map(({ version }) => version)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(changes.map((change) => change.change === 'put' && change.document.sessions.length)).toEqual([
      0, 1, 2, 3, 4, 5, 6, 7, 8,
    ]);
  });

  it('takes the name of its venue along even when both change at once', async () => {
    const target = await buildHouse(organizer);
    const renamed = { ...newVenue, name: '이름이 바뀐 홀' };
    const [made] = await Promise.all([
      Promise.all([1, 2, 3].map(() => addPerformance(organizer, target))),
      organizer.replace(`/venues/${target.venue.id}`, renamed, '"v2"'),
    ]);
    for (const { id } of made) {
      const { version } = PerformanceRecord.parse((await organizer.send('GET', `/performances/${id}`)).body);
      expect((await server.changesOf(id, version)).at(-1)).toMatchObject({
        document: { venue: { name: renamed.name } },
      });
    }
  });
});

describe('the list of performances', () => {
  it('is of one organiser, newest first, page by page; an admin sees all', async () => {
    const mine = server.caller(['organizer']);
    const made: string[] = [];
    for (const ko of ['하나 축제', '둘', '셋 축제'])
      made.push((await addPerformance(mine, house, { title: { ko } })).id);
    const first = page.parse((await mine.send('GET', '/performances?limit=2')).body);
    expect(first.performances.map(({ id }) => id)).toEqual([made[2], made[1]]);
    const second = page.parse((await mine.send('GET', `/performances?limit=2&cursor=${first.next}`)).body);
    expect(second.performances.map(({ id }) => id)).toEqual([made[0]]);
    expect(second.next).toBeUndefined();
    const found = page.parse((await mine.send('GET', `/performances?query=${encodeURIComponent('축제')}`)).body);
    expect(found.performances.map(({ title }) => title.ko)).toEqual(['셋 축제', '하나 축제']);
    const all = page.parse((await server.caller(['admin']).send('GET', '/performances?limit=100')).body);
    expect(all.performances.map(({ id }) => id)).toEqual(expect.arrayContaining(made));
    expect(new Set(all.performances.map(({ organizerId }) => organizerId)).size).toBeGreaterThan(1);
  });
});

describe('the history of a performance', () => {
  it('says who changed what, newest first, page by page', async () => {
    const { id } = await addPerformance(organizer, house);
    const session = await addSession(organizer, id, newSession(house, { startsAt: '2027-01-25T10:00:00+09:00' }));
    const admin = server.caller(['admin']);
    await admin.replace(`/performances/${id}`, body({ ageLimit: 12 }), '"v2"');
    const read = async (query: string) =>
      history.parse((await organizer.send('GET', `/performances/${id}/audit?${query}`)).body);
    const { entries, next } = await read('limit=2');
    expect(entries).toMatchObject([
      {
        by: admin.memberId,
        action: 'performance.updated',
        subject: { kind: 'performance', id },
        before: { ageLimit: 0, version: 2 },
        after: { ageLimit: 12, version: 3 },
      },
      { by: organizer.memberId, action: 'session.created', subject: { kind: 'session', id: session.id }, before: null },
    ]);
    const rest = await read(`cursor=${next}`);
    expect(rest.entries).toMatchObject([{ action: 'performance.created', before: null, after: { id } }]);
    expect(rest.next).toBeUndefined();
  });

  it('has nothing of a change that was refused', async () => {
    const { id } = await addPerformance(organizer, house);
    await organizer.replace(`/performances/${id}`, body(), '"v7"');
    await organizer.send('POST', `/performances/${id}/sessions`, { body: newSession(house, { hallId: newId() }) });
    const { entries } = history.parse((await organizer.send('GET', `/performances/${id}/audit`)).body);
    expect(entries).toHaveLength(1);
    expect(await server.changesOf(id, 1)).toHaveLength(1);
  });
});

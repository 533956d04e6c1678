import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '@ticketaka/platform/ids';
import { z } from 'zod';
import { Venue } from '../schemas/manage.ts';
import { addPerformance, buildHouse, newVenue } from './house.ts';
import { type PerformancesServer, startPerformances } from './performances-server.ts';

let server: PerformancesServer;
beforeAll(async () => {
  server = await startPerformances();
}, 60_000);
afterAll(() => server[Symbol.asyncDispose]());

const page = z.object({ venues: z.array(Venue), next: z.string().optional() });

describe('a venue', () => {
  it('says where it is and which version it is', async () => {
    const organizer = server.caller(['organizer']);
    const made = await organizer.send('POST', '/venues', { body: newVenue });
    expect(made).toMatchObject({ status: 201, body: { ...newVenue, version: 1, halls: [], phone: null } });
    expect(made.headers.get('etag')).toBe('"v1"');
    const read = await organizer.send('GET', made.headers.get('location') ?? '');
    expect(read).toMatchObject({ status: 200, body: made.body });
    expect(read.headers.get('etag')).toBe('"v1"');
  });

  it('is another version with another hall', async () => {
    const organizer = server.caller(['organizer']);
    const { venue, hall } = await buildHouse(organizer);
    const read = await organizer.send('GET', `/venues/${venue.id}`);
    expect(read.headers.get('etag')).toBe('"v2"');
    expect(read.body).toMatchObject({ version: 2, halls: [{ id: hall.id, name: '대극장' }] });
  });

  it('is changed by whoever knows its version, and by nobody who does not', async () => {
    const organizer = server.caller(['organizer']);
    const { id } = await organizer.make('/venues', newVenue, Venue);
    const path = `/venues/${id}`;
    const changed = { ...newVenue, name: '달빛아트홀', phone: '02-123-4567' };
    expect(await organizer.send('PUT', path, { body: changed })).toMatchObject({
      status: 428,
      body: { code: 'if_match_missing' },
    });
    const answer = await organizer.replace(path, changed, '"v1"');
    expect(answer).toMatchObject({ status: 200, body: { ...changed, version: 2 } });
    expect(answer.headers.get('etag')).toBe('"v2"');
    expect(await organizer.replace(path, newVenue, '"v1"')).toMatchObject({
      status: 412,
      body: { code: 'changed_meanwhile' },
    });
    expect((await organizer.send('GET', path)).body).toMatchObject({ name: '달빛아트홀', version: 2 });
  });

  it('is changed once when two know the same version', async () => {
    const organizer = server.caller(['organizer']);
    const { id } = await organizer.make('/venues', newVenue, Venue);
    const answers = await Promise.all(
      ['one', 'two', 'three'].map((name) => organizer.replace(`/venues/${id}`, { ...newVenue, name }, '"v1"')),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 412)).toHaveLength(2);
  });

  it('is there for every organiser to read, and for its maker and admins to change', async () => {
    const [maker, other, admin] = [
      server.caller(['organizer']),
      server.caller(['organizer']),
      server.caller(['admin']),
    ];
    const { venue, hall } = await buildHouse(maker);
    expect((await other.send('GET', `/venues/${venue.id}`)).status).toBe(200);
    expect((await other.send('GET', `/halls/${hall.id}/seat-maps`)).status).toBe(200);
    const refused = { status: 403, body: { code: 'forbidden' } };
    expect(await other.replace(`/venues/${venue.id}`, newVenue, '*')).toMatchObject(refused);
    expect(await other.send('POST', `/venues/${venue.id}/halls`, { body: { name: '소극장' } })).toMatchObject(refused);
    expect((await admin.replace(`/venues/${venue.id}`, newVenue, '"v2"')).status).toBe(200);
  });

  it.each([
    [undefined, 401],
    [[], 403],
    [['staff'], 403],
  ] as const)('with the roles %j answers %s', async (roles, status) => {
    const caller = server.caller(roles);
    expect((await caller.send('GET', '/venues')).status).toBe(status);
    expect((await caller.send('POST', '/venues', { body: newVenue })).status).toBe(status);
  });

  it('that does not exist is not found', async () => {
    const organizer = server.caller(['organizer']);
    const missing = { status: 404, body: { code: 'venue_not_found' } };
    expect(await organizer.send('GET', `/venues/${newId()}`)).toMatchObject(missing);
    expect(await organizer.replace(`/venues/${newId()}`, newVenue, '*')).toMatchObject(missing);
    expect(await organizer.send('POST', `/venues/${newId()}/halls`, { body: { name: '홀' } })).toMatchObject(missing);
  });

  it('takes its performances along when it is renamed, and leaves them alone otherwise', async () => {
    const organizer = server.caller(['organizer']);
    const house = await buildHouse(organizer);
    const performances = [
      await addPerformance(organizer, house),
      await addPerformance(server.caller(['admin']), house),
    ];
    const path = `/venues/${house.venue.id}`;
    expect((await organizer.replace(path, { ...newVenue, phone: '02-1' }, '"v2"')).status).toBe(200);
    expect((await organizer.replace(path, { ...newVenue, name: '새 이름' }, '"v3"')).status).toBe(200);
    for (const { id } of performances) {
      expect(await server.changesOf(id, 2)).toMatchObject([
        { change: 'put', version: 1, document: { venue: { name: '별빛아트홀' } } },
        { change: 'put', version: 2, document: { version: 2, venue: { name: '새 이름', region: 'seoul' } } },
      ]);
    }
    const history = await server.caller(['admin']).send('GET', `/performances/${performances[0]?.id}/audit`);
    expect(history.body).toMatchObject({
      entries: [
        {
          by: organizer.memberId,
          action: 'venue.updated',
          subject: { kind: 'venue', id: house.venue.id },
          before: { name: '별빛아트홀' },
          after: { name: '새 이름' },
        },
        { action: 'performance.created' },
      ],
    });
  });
});

describe('the list of venues', () => {
  it('goes by name, page by page, each once, and can be searched', async () => {
    const organizer = server.caller(['organizer']);
    const names = ['나래 100% 홀', '가람 100% 홀', '다솜 100% 홀', '가람 100% 홀', '100 홀'];
    for (const name of names) await organizer.make('/venues', { ...newVenue, name }, Venue);
    const seen: string[] = [];
    let cursor = '';
    do {
      const answer = await organizer.send('GET', `/venues?query=${encodeURIComponent('100%')}&limit=2${cursor}`);
      const { venues, next } = page.parse(answer.body);
      seen.push(...venues.map(({ name }) => name));
      cursor = next === undefined ? '' : `&cursor=${next}`;
    } while (cursor !== '');
    expect(seen).toEqual(['가람 100% 홀', '가람 100% 홀', '나래 100% 홀', '다솜 100% 홀']);
  });

  it('refuses a cursor that it did not give', async () => {
    const answer = await server.caller(['organizer']).send('GET', '/venues?cursor=abc');
    expect(answer).toMatchObject({ status: 400, body: { code: 'invalid_request', errors: [{ path: 'cursor' }] } });
  });
});

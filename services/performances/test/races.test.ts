import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Answer, Caller } from './caller.ts';
import { addPerformance, addSession, buildHouse, type House, newPerformance, newSession } from './house.ts';
import { type PerformancesServer, startPerformances } from './performances-server.ts';

const rounds = [1, 2, 3, 4, 5];
let server: PerformancesServer;
let organizer: Caller;
beforeAll(async () => {
  server = await startPerformances({ now: () => new Date('2026-11-20T12:00:00+09:00') });
  organizer = server.caller(['organizer']);
}, 60_000);
afterAll(() => server[Symbol.asyncDispose]());

const at = (house: House, startsAt: string) => newSession(house, { startsAt });
const shown = ({ venue }: House, change: object = {}) => ({ ...newPerformance, venueId: venue.id, ...change });
const statuses = (answers: readonly Answer[]) => answers.map(({ status }) => status).toSorted((a, b) => a - b);

async function versionOf(path: string): Promise<string> {
  return (await organizer.send('GET', path)).headers.get('etag') ?? '';
}

/** What was published last, once it is as many changes as the performance has versions. */
async function published(id: string) {
  const version = Number((await versionOf(`/performances/${id}`)).slice(2, -1));
  const changes = await server.changesOf(id, version);
  expect(changes.map((change) => change.version)).toEqual(Array.from({ length: version }, (_, index) => index + 1));
  const last = changes.at(-1);
  if (last?.change !== 'put') throw new Error('it is there');
  return last.document;
}

describe('of those who change one version at once', () => {
  it('one replaces the performance, and the others are told', async () => {
    const house = await buildHouse(organizer);
    const { id } = await addPerformance(organizer, house);
    const replace = (ageLimit: number) => organizer.replace(`/performances/${id}`, shown(house, { ageLimit }), '"v1"');
    const answers = await Promise.all([7, 12, 15, 19].map(replace));
    expect(statuses(answers)).toEqual([200, 412, 412, 412]);
    const kept = answers.find(({ status }) => status === 200)?.body['ageLimit'];
    expect(await published(id)).toMatchObject({ version: 2, ageLimit: kept });
  });

  it('one replaces the session, and the others are told', async () => {
    const house = await buildHouse(organizer);
    const { id } = await addPerformance(organizer, house);
    const session = await addSession(organizer, id, at(house, '2027-01-02T19:30:00+09:00'));
    const replace = (perMemberLimit: number) =>
      organizer.replace(`/sessions/${session.id}`, newSession(house, { perMemberLimit }), '"v1"');
    const answers = await Promise.all([1, 2, 3, 5].map(replace));
    expect(statuses(answers)).toEqual([200, 412, 412, 412]);
    const kept = answers.find(({ status }) => status === 200)?.body['perMemberLimit'];
    expect((await published(id)).sessions).toMatchObject([{ perMemberLimit: kept }]);
  });

  it('one changes the venue, and the others are told', async () => {
    const { venue } = await buildHouse(organizer);
    const { name, region, address } = venue;
    const replace = (suffix: string) =>
      organizer.replace(`/venues/${venue.id}`, { name: name + suffix, region, address }, '"v2"');
    expect(statuses(await Promise.all(['1', '2', '3'].map(replace)))).toEqual([200, 412, 412]);
  });
});

describe('a session that is added at the moment', () => {
  it.each(rounds)('in which its performance is cancelled is cancelled too, or refused (%d)', async () => {
    const house = await buildHouse(organizer);
    const { id } = await addPerformance(organizer, house);
    const [added, cancelled] = await Promise.all([
      organizer.send('POST', `/performances/${id}/sessions`, { body: at(house, '2027-01-02T19:30:00+09:00') }),
      organizer.cancel(`/performances/${id}`, '*'),
    ]);
    expect([[201, 409].includes(added.status), cancelled.status]).toEqual([true, 200]);
    const document = await published(id);
    expect(document.cancelled).toBe(true);
    expect(document.sessions.filter((session) => !session.cancelled)).toEqual([]);
    expect(document.sessions).toHaveLength(added.status === 201 ? 1 : 0);
  });

  it.each(rounds)('in which its performance moves to another venue is not left behind (%d)', async () => {
    const [house, other] = [await buildHouse(organizer), await buildHouse(organizer)];
    const { id } = await addPerformance(organizer, house);
    const [added, moved] = await Promise.all([
      organizer.send('POST', `/performances/${id}/sessions`, { body: at(house, '2027-01-02T19:30:00+09:00') }),
      organizer.replace(`/performances/${id}`, shown(other), '*'),
    ]);
    // Added and kept there, or moved and no hall of that venue any more.
    expect([
      [201, 'has_sessions'],
      ['hall_not_found', 200],
    ]).toContainEqual([added.body['code'] ?? added.status, moved.body['code'] ?? moved.status]);
    expect((await published(id)).venue.id).toBe(added.status === 201 ? house.venue.id : other.venue.id);
  });

  it.each(rounds)('in which its performance becomes shorter is on its days, or refused (%d)', async () => {
    const house = await buildHouse(organizer);
    const { id } = await addPerformance(organizer, house);
    const answers = await Promise.all([
      organizer.send('POST', `/performances/${id}/sessions`, { body: at(house, '2027-01-20T19:30:00+09:00') }),
      organizer.replace(`/performances/${id}`, shown(house, { endDate: '2027-01-10' }), '*'),
    ]);
    expect(answers.filter(({ body }) => body['code'] === 'session_outside_dates')).toHaveLength(1);
  });

  it.each(rounds)('in which the one before it becomes longer does not run into it (%d)', async () => {
    const house = await buildHouse(organizer);
    const [before, after] = [await addPerformance(organizer, house), await addPerformance(organizer, house)];
    await addSession(organizer, before.id, at(house, '2027-01-05T14:00:00+09:00'));
    const answers = await Promise.all([
      organizer.replace(`/performances/${before.id}`, shown(house, { runningMinutes: 150 }), '*'),
      organizer.send('POST', `/performances/${after.id}/sessions`, { body: at(house, '2027-01-05T16:00:00+09:00') }),
    ]);
    expect(answers.filter(({ body }) => body['code'] === 'session_clashes')).toHaveLength(1);
  });
});

describe('two sessions', () => {
  it.each(rounds)('that move into one hour at once: one does (%d)', async () => {
    const house = await buildHouse(organizer);
    const moves = await Promise.all(
      ['10', '11'].map(async (day) => {
        const { id } = await addPerformance(organizer, house);
        const { id: sessionId } = await addSession(organizer, id, at(house, `2027-01-${day}T10:00:00+09:00`));
        return () => organizer.replace(`/sessions/${sessionId}`, at(house, '2027-01-12T10:00:00+09:00'), '"v1"');
      }),
    );
    expect(statuses(await Promise.all(moves.map((move) => move())))).toEqual([200, 409]);
  });
});

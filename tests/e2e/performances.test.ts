import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { waitFor } from '@ticketaka/platform/testing';
import { z } from 'zod';
import { platform as connect, type Platform } from './platform.ts';
import { manage, openShow } from './show.ts';
import { type Mint, mint } from './tokens.ts';
import { type Answer, Visitor } from './visitor.ts';

const found = z.object({
  total: z.int(),
  performances: z.array(z.looseObject({ id: z.uuid(), title: z.object({ ko: z.string() }) })),
});

let platform: Platform;
let tokens: Mint;
beforeAll(async () => {
  platform = await connect();
  tokens = await mint(platform);
}, 180_000);
afterAll(() => platform[Symbol.asyncDispose]());

async function organizer(): Promise<Visitor> {
  return Object.assign(new Visitor(platform.gateway), { token: await tokens.good(['organizer']) });
}

describe('an organiser', () => {
  it('opens a show that anybody finds within moments, in every replica', async () => {
    const { title, performanceId, sessionId } = await openShow(await organizer());
    const { children } = await platform.state();
    const replicas = children.filter(({ name }) => name.startsWith('performances-catalogue'));
    expect(replicas).toHaveLength(2);
    const query = new URLSearchParams({ query: title }).toString();
    for (const origin of [platform.gateway, ...replicas.map(({ port }) => `http://127.0.0.1:${port}`)]) {
      const search = async () =>
        found.parse((await new Visitor(origin).send('GET', `/api/performances?${query}`)).body);
      const { performances } = await waitFor(async () => ((await search()).total === 1 ? await search() : undefined), {
        what: `the show at ${origin}`,
      });
      expect(performances).toMatchObject([{ id: performanceId, title: { ko: title } }]);
    }

    const visitor = new Visitor(platform.gateway);
    const path = `/api/performances/${performanceId}`;
    const detail = await waitFor(
      async () => {
        const answer = await visitor.send('GET', `${path}/sessions`);
        return JSON.stringify(answer.body).includes(sessionId) ? answer : undefined;
      },
      { what: 'the session' },
    );
    expect(detail.body).toMatchObject({
      sessions: [{ id: sessionId, capacity: 120, grades: [{ grade: 'R', price: 120_000, units: 20 }, { units: 100 }] }],
    });
    const seatMap = await visitor.send('GET', `${path}/sessions/${sessionId}/seat-map`);
    expect(seatMap).toMatchObject({ status: 200, body: { units: 120, gradeRuns: [0, 20, 1, 100] } });
    const etag = seatMap.headers.get('etag') ?? '';
    const again = await visitor.send('GET', `${path}/sessions/${sessionId}/seat-map`, {
      headers: { 'if-none-match': etag },
    });
    expect(again.status).toBe(304);
  });

  it('changes the version they have seen, and no other', async () => {
    const by = await organizer();
    const { show, performanceId } = await openShow(by);
    const path = `${manage}/performances/${performanceId}`;
    const put = (headers: Record<string, string>): Promise<Answer> =>
      by.send('PUT', path, { body: { ...show, ageLimit: 12 }, headers });
    const etag = (await by.send('GET', path)).headers.get('etag') ?? '';
    expect(await put({})).toMatchObject({ status: 428, body: { code: 'if_match_missing' } });
    expect(await put({ 'if-match': etag })).toMatchObject({ status: 200, body: { ageLimit: 12 } });
    expect(await put({ 'if-match': etag })).toMatchObject({ status: 412, body: { code: 'changed_meanwhile' } });
  });

  it('cannot see or touch what is somebody else’s', async () => {
    const { show, performanceId, sessionId } = await openShow(await organizer());
    const other = await organizer();
    const headers = { 'if-match': '"v1"' };
    const attempts = [
      await other.send('GET', `${manage}/performances/${performanceId}`),
      await other.send('PUT', `${manage}/performances/${performanceId}`, { body: show, headers }),
      await other.send('POST', `${manage}/performances/${performanceId}/cancellation`, { headers }),
      await other.send('GET', `${manage}/performances/${performanceId}/audit`),
      await other.send('GET', `${manage}/sessions/${sessionId}`),
    ];
    expect(attempts.map(({ status }) => status)).toEqual([404, 404, 404, 404, 404]);
  });
});

describe('a visitor', () => {
  it('finds the demo catalogue, by initials and in the wrong keyboard layout too', async () => {
    const visitor = new Visitor(platform.gateway);
    expect(found.parse((await visitor.send('GET', '/api/performances')).body).total).toBeGreaterThan(150);
    for (const typed of ['햄릿', 'ㅎㅁㄹ', 'goaflt', 'hamlet']) {
      const query = new URLSearchParams({ query: typed }).toString();
      const { performances } = found.parse((await visitor.send('GET', `/api/performances?${query}`)).body);
      expect(performances.map(({ title }) => title.ko)).toContain('겨울 정원의 햄릿');
    }
  });
});

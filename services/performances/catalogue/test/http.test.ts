import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '@ticketaka/platform/ids';
import type { z } from 'zod';
import { posterKey } from '../../posters/poster-file.ts';
import { SearchResult } from '../../schemas/catalogue.ts';
import type { PerformanceDocument } from '../../schemas/feed.ts';
import { Rankings } from '../rankings.ts';
import { startCatalogue } from './catalogue-server.ts';
import { documentOf } from './document.ts';

const now = new Date('2026-11-20T12:00:00+09:00');
const every = 'state=upcoming,running,ended,cancelled';
const sorts = ['relevance', 'date', 'ranking', 'price', 'newest'] as const;
const id = (number: number) => `0193e3a0-7b3c-7000-8000-${String(number).padStart(12, '0')}`;
const seatMapId = id(900);
const map = {
  sections: [
    {
      kind: 'seated',
      name: '1층',
      rows: [
        {
          name: 'A',
          seats: Array.from({ length: 60 }, (_, index) => ({ number: String(index + 1), x: index, y: 0 })),
        },
      ],
    },
  ],
};

let server: Awaited<ReturnType<typeof startCatalogue>>;
beforeAll(async () => {
  server = await startCatalogue({ now: () => now, maps: new Map([[seatMapId, Buffer.from(JSON.stringify(map))]]) });
  for (let number = 1; number <= 57; number += 1) server.catalogue.put(invented(number));
});
afterAll(() => server[Symbol.asyncDispose]());

/** Every other one in Busan, every third a musical, in all states, at five prices; many are equal but for their ids. */
function invented(number: number, change: Partial<PerformanceDocument> = {}): PerformanceDocument {
  const document = documentOf({ id: id(number), version: 1, title: `겨울 공연 ${number % 4}` });
  const price = number % 5 === 0 ? null : (number % 5) * 10_000;
  const [session] = document.sessions;
  return {
    ...document,
    genre: number % 3 === 0 ? 'musical' : 'play',
    venue: number % 2 === 0 ? { id: id(801), name: '바다홀', region: 'busan' } : document.venue,
    startDate: number % 4 === 0 && number % 7 !== 0 ? '2026-12-01' : '2026-11-01',
    endDate: number % 7 === 0 ? '2026-11-19' : '2026-12-31',
    cancelled: number % 11 === 0,
    minPrice: price,
    maxPrice: price,
    synopsis: '이야기 '.repeat(300),
    sessions: session ? [{ ...session, id: id(1000 + number), seatMapId, capacity: 60, gradeRuns: [0, 60] }] : [],
    ...change,
  };
}

async function find(query: string): Promise<z.output<typeof SearchResult>> {
  const response = await server.get(`?${query}`);
  if (response.status !== 200) throw new Error(`${response.status} ${await response.text()}`);
  return SearchResult.parse(await response.json());
}

async function pages(query: string, between?: () => void): Promise<string[]> {
  const seen: string[] = [];
  for (let cursor = ''; ; between?.()) {
    const { performances, next } = await find(`${query}&limit=10${cursor}`);
    seen.push(...performances.map((each) => each.id));
    if (next === undefined) return seen;
    cursor = `&cursor=${encodeURIComponent(next)}`;
  }
}

/** Of those that are in the catalogue. */
function count(which: (document: PerformanceDocument) => boolean): number {
  return [...server.catalogue.ids()].flatMap((each) => server.catalogue.document(each) ?? []).filter(which).length;
}

function stateOf({ cancelled, startDate, endDate }: PerformanceDocument) {
  if (cancelled) return 'cancelled';
  if (startDate > '2026-11-20') return 'upcoming';
  return endDate < '2026-11-20' ? 'ended' : 'running';
}

function ascending(values: readonly (string | number)[]): boolean {
  return values.every((value, at) => at === 0 || (values[at - 1] ?? value) <= value);
}

describe('what a client holds', () => {
  const session = `/${id(1)}/sessions/${id(1001)}`;
  const posterId = newId();
  const answers = [
    ['a list', `?${every}`],
    ['a query', `?query=${encodeURIComponent('겨울')}`],
    ['suggestions', `/suggestions?query=${encodeURIComponent('겨')}`],
    ['the rankings', '/rankings'],
    ['a performance', `/${id(1)}`],
    ['its sessions', `/${id(1)}/sessions`],
    ['a seat map', `${session}/seat-map`],
    ['what selling needs', `/internal/sessions/${id(1001)}`],
    ['a poster', `/posters/${posterId}/320.webp`],
  ] as const;
  const image = Buffer.alloc(4096, 'image');
  beforeAll(() => server.files.put(posterKey(posterId, '320.webp'), image, { contentType: 'image/webp' }));

  it.each(answers)('is not sent again: %s', async (_, path) => {
    const first = await server.get(path);
    const etag = first.headers.get('etag');
    expect([first.status, etag]).toEqual([200, expect.stringMatching(/^(?:W\/)?".+"$/)]);
    expect((await first.arrayBuffer()).byteLength).toBeGreaterThan(0);
    const again = await server.get(path, { 'if-none-match': etag ?? '' });
    expect([again.status, await again.text()]).toEqual([304, '']);
    // RFC 9110 15.4.5: what a 200 would have said to a cache.
    expect(again.headers.get('cache-control')).toBe(first.headers.get('cache-control'));
    expect((await server.get(path, { 'if-none-match': '"another"' })).status).toBe(200);
  });

  it.each(answers.slice(0, 8))('is named by one tag whether or not it was compressed: %s', async (_, path) => {
    const plain = await server.get(path, { 'accept-encoding': 'identity' });
    expect(plain.headers.get('content-encoding')).toBeNull();
    for (const encoding of ['br', 'gzip']) {
      const held = (await server.get(path, { 'accept-encoding': encoding })).headers.get('etag') ?? '';
      expect((await server.get(path, { 'if-none-match': held, 'accept-encoding': 'identity' })).status).toBe(304);
    }
  });

  it.each(['br', 'gzip'])('came compressed with %s where that is shorter', async (encoding) => {
    for (const [, path] of [answers[0], answers[4], answers[6]]) {
      const plain = await server.get(path, { 'accept-encoding': 'identity' });
      const packed = await server.get(path, { 'accept-encoding': encoding });
      expect(packed.headers.get('content-encoding')).toBe(encoding);
      expect(packed.headers.get('vary')?.toLowerCase()).toContain('accept-encoding');
      expect(Number(packed.headers.get('content-length'))).toBeLessThan(Number(plain.headers.get('content-length')));
      expect(await packed.text()).toBe(await plain.text());
    }
    const poster = await server.get(answers[8][1], { 'accept-encoding': encoding });
    expect(poster.headers.get('content-encoding')).toBeNull();
    expect(Buffer.from(await poster.arrayBuffer())).toEqual(image);
  });

  it('is another once the performance is', async () => {
    const path = `/${id(2)}`;
    const etag = (await server.get(path)).headers.get('etag') ?? '';
    server.catalogue.put(invented(2, { version: 2, synopsis: '다른 이야기' }));
    const again = await server.get(path, { 'if-none-match': etag });
    expect([again.status, await again.text()]).toEqual([200, expect.stringContaining('다른 이야기')]);
  });

  it('is sent again to who goes by the time, also when a change comes after one that was made later', async () => {
    const path = `/${id(4)}`;
    const modified = async () => (await server.get(path)).headers.get('last-modified') ?? '';
    const held = await modified();
    expect((await server.get(path, { 'if-modified-since': held })).status).toBe(304);
    server.catalogue.put(invented(4, { version: 2, synopsis: '늦게 온 이야기' }), { seenAt: now });
    const again = await server.get(path, { 'if-modified-since': held });
    expect([again.status, await again.text()]).toEqual([200, expect.stringContaining('늦게 온')]);
    expect((await server.get(path, { 'if-modified-since': await modified() })).status).toBe(304);
  });

  it('may be kept by a CDN for a moment, and shown while the servers are away', async () => {
    const cacheControl = async (path: string) => (await server.get(path)).headers.get('cache-control');
    for (const [, path] of [answers[0], answers[4], answers[6]]) {
      // RFC 9111 5.2.2.10 and RFC 5861.
      expect(await cacheControl(path)).toMatch(/^public, .*s-maxage=\d+, stale-while-revalidate=\d+, stale-if-error=/);
    }
    expect(await cacheControl(answers[7][1])).toBe('no-cache');
    expect(await cacheControl(answers[8][1])).toBe('public, max-age=31536000, immutable');
    const missing = await server.get(`/${newId()}`);
    expect([missing.status, missing.headers.get('cache-control') ?? 'no-store']).toEqual([404, 'no-store']);
  });
});

describe('the pages of a list', () => {
  it.each(sorts)('by %s have everything once, in one order', async (sort) => {
    const query = `${every}&sort=${sort}&query=${encodeURIComponent('겨울')}`;
    const whole = (await find(`${query}&limit=100`)).performances.map((each) => each.id);
    expect(new Set(whole).size).toBe(57);
    expect(await pages(query)).toEqual(whole);
  });

  it('neither lose nor repeat what stays while the list changes between them', async () => {
    const query = `${every}&sort=price`;
    const before = (await find(`${query}&limit=100`)).performances.map((each) => each.id);
    let added = 100;
    const seen = await pages(query, () => {
      server.catalogue.put(invented(added, { minPrice: (added % 5) * 9_000 }));
      added += 1;
    });
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen.filter((each) => before.includes(each))).toEqual(before);
    for (let number = 100; number < added; number += 1)
      server.catalogue.remove(id(number), { version: 2, at: new Date(now) });
  });

  it('are refused with the cursor of another list, or one that was changed', async () => {
    const { next = '' } = await find(`${every}&limit=2`);
    const flipped = next.startsWith('W') ? `X${next.slice(1)}` : `W${next.slice(1)}`;
    const forged = Buffer.from(JSON.stringify(['check', null, {}, 1, 'x'])).toString('base64url');
    const cursors = [flipped, next.slice(0, -3), `${next}A`, forged, '', 'null', '%00', '겨울', 'x'.repeat(500)];
    const refused = [
      ...cursors.map((cursor) => `${every}&cursor=${encodeURIComponent(cursor)}`),
      `${every}&genre=play&cursor=${next}`,
      `${every}&sort=date&cursor=${next}`,
      `cursor=${next}`,
      `${every}&cursor=${'x'.repeat(501)}`,
      `${every}&cursor=${next}&cursor=${next}`,
    ];
    for (const query of refused) {
      const response = await server.get(`?${query}`);
      expect([query, response.status, await response.json()]).toMatchObject([
        query,
        400,
        { code: 'invalid_request', errors: [{ in: 'query', path: 'cursor' }] },
      ]);
    }
  });

  it.each(['0', '101', '-1', '1.5', 'many', '1e9', ''])('have from 1 to 100 performances, not %j', async (limit) => {
    const response = await server.get(`?limit=${limit}`);
    expect([response.status, await response.json()]).toMatchObject([
      400,
      { code: 'invalid_request', errors: [{ in: 'query', path: 'limit' }] },
    ]);
  });
});

describe('filters', () => {
  it.each([
    ['genre=musical', (given: PerformanceDocument) => given.genre === 'musical'],
    ['genre=musical,%20play', () => true],
    ['region=busan', (given: PerformanceDocument) => given.venue.region === 'busan'],
    [
      'region=busan&genre=play',
      (given: PerformanceDocument) => given.venue.region === 'busan' && given.genre === 'play',
    ],
    [`venueId=${id(801)}`, (given: PerformanceDocument) => given.venue.id === id(801)],
    ['from=2026-12-01', (given: PerformanceDocument) => given.endDate >= '2026-12-01'],
    ['to=2026-11-30', (given: PerformanceDocument) => given.startDate <= '2026-11-30'],
    ['minPrice=30000', (given: PerformanceDocument) => (given.maxPrice ?? -1) >= 30_000],
    ['maxPrice=10000', (given: PerformanceDocument) => given.minPrice !== null && given.minPrice <= 10_000],
  ])('%s', async (query, which) => {
    const { total, performances } = await find(`${every}&${query}&limit=100`);
    expect([total, performances.length]).toEqual([count(which), count(which)]);
    expect(total).toBeGreaterThan(0);
  });

  it.each(['upcoming', 'running', 'ended', 'cancelled'])('state=%s', async (state) => {
    const { total, performances } = await find(`state=${state}&limit=100`);
    expect(total).toBe(count((given) => stateOf(given) === state));
    expect(performances.every((given) => given.state === state)).toBe(true);
  });

  it('show what is not over when no state is named', async () => {
    const expected = count((given) => ['upcoming', 'running'].includes(stateOf(given)));
    expect((await find('')).total).toBe(expected);
    expect((await find('state=')).total).toBe(expected);
  });

  it('have counts beside them, each of what it would find', async () => {
    const { facets } = await find(`${every}&genre=musical&region=busan`);
    for (const { value, count: told } of facets.genre)
      expect([value, (await find(`${every}&region=busan&genre=${value}`)).total]).toEqual([value, told]);
    for (const { value, count: told } of facets.region)
      expect([value, (await find(`${every}&genre=musical&region=${value}`)).total]).toEqual([value, told]);
    for (const { value, count: told } of facets.state)
      expect([value, (await find(`state=${value}&genre=musical&region=busan`)).total]).toEqual([value, told]);
    expect(facets.genre.length + facets.region.length + facets.state.length).toBeGreaterThan(6);
  });

  it.each([
    ['genre=opera', 'genre', 'musical'],
    ['genre=play,', 'genre', 'musical'],
    ['region=Busan', 'region', 'busan'],
    ['state=soon', 'state', 'upcoming'],
    ['sort=best', 'sort', 'newest'],
  ])('say of %s what there is', async (query, path, known) => {
    const response = await server.get(`?${query}`);
    expect([response.status, await response.json()]).toMatchObject([
      400,
      { code: 'invalid_request', errors: [{ in: 'query', path, message: expect.stringContaining(known) }] },
    ]);
  });

  it.each(['from=2026-02-30', 'to=tomorrow', 'minPrice=-1', 'maxPrice=free', 'venueId=7', `query=${'x'.repeat(101)}`])(
    'refuse %s',
    async (query) => {
      const response = await server.get(`?${query}`);
      expect([response.status, await response.json()]).toMatchObject([
        400,
        { errors: [{ path: query.split('=')[0] }] },
      ]);
    },
  );
});

describe('sorts', () => {
  it('go by what they are called', async () => {
    const places = [3, 1, 2].map((number, index) => ({ place: index + 1, performanceId: id(number) }));
    server.catalogue.setRankings(new Rankings([{ period: 'day', date: '2026-11-19', genre: null, places }]), now);
    const list = async (sort: string) => (await find(`${every}&sort=${sort}&limit=100`)).performances;
    expect((await list('ranking')).slice(0, 3).map((each) => [each.id, each.rank])).toEqual([
      [id(3), 1],
      [id(1), 2],
      [id(2), 3],
    ]);
    expect(ascending((await list('date')).map(({ startDate }) => startDate))).toBe(true);
    expect(ascending((await list('price')).map(({ minPrice }) => minPrice ?? Infinity))).toBe(true);
    expect((await find(every)).performances[0]?.id).toBe(id(3));
  });
});

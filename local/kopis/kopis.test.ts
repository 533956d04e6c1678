import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { holidaysOf } from './holidays.ts';
import { type Sandbox, startSandbox } from './sandbox.ts';
import { worldOn } from './world.ts';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox({ port: 0, key: 'k', around: '2026-11-20' });
});
afterAll(() => sandbox.close());

const get = async (path: string, query: Record<string, string> = {}) => {
  const parameters = new URLSearchParams({ service: 'k', ...query });
  return await (await fetch(`${sandbox.kopisUrl}/${path}?${parameters.toString()}`)).text();
};
const control = (order: object) =>
  fetch(new URL('/control', sandbox.kopisUrl), { method: 'POST', body: JSON.stringify(order) });
const idsOf = (xml: string) => [...xml.matchAll(/<mt20id>(\w+)<\/mt20id>/gu)].map(([, id]) => id);
const ask = () => fetch(`${sandbox.kopisUrl}/prfplc?service=k`);
const lunar2026 = (name: string) =>
  holidaysOf(2026)
    .filter((day) => day.name === name)
    .map(({ date }) => date);
const november = { stdate: '20261101', eddate: '20261130', rows: '50' };

describe('the sandbox', () => {
  it('pages its lists', async () => {
    const [one, two] = [
      await get('pblprfr', { ...november, cpage: '1' }),
      await get('pblprfr', { ...november, cpage: '2' }),
    ];
    expect(idsOf(one)).toHaveLength(50);
    expect(idsOf(two).some((id) => idsOf(one).includes(id))).toBe(false);
    expect(idsOf(await get('pblprfr', { ...november, cpage: '99' }))).toEqual([]);
  });

  it('says in its own XML that it does not know the key', async () => {
    expect(await get('prfplc', { service: 'wrong' })).toContain('<returncode>02</returncode>');
    const answer = await fetch(`${sandbox.holidaysUrl}/getRestDeInfo?solYear=2026&serviceKey=wrong`);
    expect(await answer.text()).toContain('SERVICE_KEY_IS_NOT_REGISTERED_ERROR');
  });

  it('tells the detail of a performance and of its venue', async () => {
    const detail = await get('pblprfr/PF000001');
    expect(detail).toMatch(/<dtguidance>.+<\/dtguidance>/u);
    const venue = /<mt10id>(\w+)<\/mt10id>/u.exec(detail)?.[1] ?? '';
    expect(await get(`prfplc/${venue}`)).toMatch(/<adres>.+<\/adres>/u);
  });

  it('ranks what is played', async () => {
    const ranks = await get('boxoffice', { ststype: 'day', date: '20261119' });
    expect(ranks).toContain('<rnum>1</rnum>');
    const musicals = await get('boxoffice', { ststype: 'week', date: '20261119', catecode: 'GGGA' });
    expect(new Set([...musicals.matchAll(/<cate>([^<]+)/gu)].map(([, cate]) => cate))).toEqual(new Set(['뮤지컬']));
  });

  it('carries out faults that were ordered, that often', async () => {
    await control({ fault: { path: '/openApi/restful/prfplc', do: 'status', status: 429, retryAfter: 1 } });
    expect((await ask()).status).toBe(429);
    expect((await ask()).status).toBe(200);
    await control({ fault: { do: 'broken' } });
    expect(await get('prfplc')).not.toContain('</dbs>');
  });
});

describe('the world', () => {
  it('changes from day to day: things are added, changed, called off and dropped', () => {
    const [before, after] = [worldOn({ around: '2026-11-20' }), worldOn({ around: '2026-11-20', day: 5 })];
    const ids = (world: typeof before) => [...world.performances.keys()];
    expect(ids(after).some((id) => !before.performances.has(id))).toBe(true);
    expect(ids(before).some((id) => !after.performances.has(id))).toBe(true);
    expect(after.unlisted.size).toBeGreaterThan(0);
    const changes = ids(before).filter((id) => {
      const [one, other] = [before.performances.get(id), after.performances.get(id)];
      return other && JSON.stringify(one) !== JSON.stringify(other);
    });
    expect(changes.length).toBeGreaterThan(20);
    expect(worldOn({ around: '2026-11-20', day: 5 })).toEqual(after);
  });

  it('has three hundred performances for whoever looks from a month ago to half a year ahead', () => {
    const { performances } = worldOn({ around: '2026-11-20' });
    const found = [...performances.values()].filter(
      (one) => one.prfpdto >= '2026.10.20' && one.prfpdfrom <= '2027.05.19',
    );
    expect(found.length).toBeGreaterThanOrEqual(320);
  });

  it('knows the holidays of the lunar calendar', () => {
    expect(lunar2026('설날')).toEqual(['2026-02-16', '2026-02-17', '2026-02-18']);
    expect(lunar2026('추석')).toEqual(['2026-09-24', '2026-09-25', '2026-09-26']);
  });
});

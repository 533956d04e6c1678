import { expect, it } from '@jest/globals';
import { KnownSession } from '../sessions/index.ts';
import { makeShow, Neighbours } from '../test/shows.ts';
import { Presales } from './presales.ts';

it('a code that was right is right when the presale has been prolonged since', async () => {
  const neighbours = new Neighbours();
  const show = neighbours.add(makeShow({ presale: true }));
  const presales = new Presales(neighbours);
  const asked = { code: 'MOON', now: new Date() };
  const codes = async (of: typeof show) =>
    (await presales.windows(new KnownSession(of), asked)).map(({ kind, code }) => `${kind} ${code}`);
  expect(await codes(show)).toEqual(['presale verified', 'general none']);
  const closesAt = new Date(Date.now() + 2 * 86_400_000).toISOString();
  const saleWindows = show.session.saleWindows.map((each) => (each.kind === 'presale' ? { ...each, closesAt } : each));
  const prolonged = neighbours.add({ ...show, session: { ...show.session, saleWindows }, version: 2 });
  expect(await codes(prolonged)).toEqual(['presale verified', 'general none']);
});

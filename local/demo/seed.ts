import { api as performances } from '@ticketaka/performances/api';
import { type Client, createClient } from '@ticketaka/platform/client';
import { newId } from '@ticketaka/platform/ids';
import { readKeySet, signingKeyOf } from '@ticketaka/platform/keys';
import { importJWK, SignJWT } from 'jose';
import { addDays, todayInSeoul } from './dates.ts';
import { type DemoSeatMap, demoData, demoSeatMaps } from './index.ts';

export interface SeedOptions {
  readonly gateway: string;
  readonly keySet: string;
  readonly token: { readonly issuer: string; readonly audience: string };
}

type Organizer = Client<typeof performances>;

/** Owns what is seeded. Nobody can sign in as it: the supervisor, which has the keys, speaks for it. */
const organizerId = '01970000-0000-7000-8000-00000000d3e0';
const shows: Readonly<
  Record<string, { readonly ko: string; readonly en: string; readonly genre: 'play' | 'musical' | 'concert' }>
> = {
  FC000001: { ko: '겨울 정원의 햄릿', en: 'Hamlet in the Winter Garden', genre: 'play' },
  FC000002: { ko: '달빛 우체국', en: 'The Moonlight Post Office', genre: 'musical' },
  FC000003: { ko: '오로라 첫 단독 콘서트', en: 'Aurora: First Solo Concert', genre: 'concert' },
  FC000004: { ko: '은하수 스타디움 투어', en: 'Milky Way Stadium Tour', genre: 'concert' },
};
/** From the best places to the others, in won. */
const grades = [
  { grade: 'VIP', price: 165_000 },
  { grade: 'R', price: 132_000 },
  { grade: 'S', price: 99_000 },
] as const;

/**
 * Adds a show with sessions to each of the four houses that are sold by seat, as an organiser would: through the
 * gateway. Does nothing where it is there already.
 * @returns how many shows were added
 */
export async function seedDemo(options: SeedOptions): Promise<number> {
  const token = await organizerToken(options);
  const headers = { authorization: `Bearer ${token}` };
  const api = createClient(performances, { origin: options.gateway, headers, timeoutMs: 60_000 });
  const { body } = await api.listMyPerformances({ query: { limit: 100 } });
  const known = new Set(body.performances.map(({ title }) => title.ko));
  const missing = demoSeatMaps().filter(({ venueId }) => !known.has(shows[venueId]?.ko ?? ''));
  for (const seatMap of missing) await addShow(api, seatMap);
  return missing.length;
}

async function addShow(api: Organizer, { venueId: sourceId, hall, name, map }: DemoSeatMap) {
  const show = shows[sourceId];
  const venue = demoData({ around: todayInSeoul() }).venues.find(({ id }) => id === sourceId);
  if (!show || !venue) throw new TypeError(`nothing is planned for ${sourceId}`);
  const today = todayInSeoul();
  // A hall of its own: in the others the collected shows are on.
  const hallName = `${hall} 별관`;
  const { name: venueName, region, address } = venue;
  const { body: listed } = await api.listVenues({ query: { query: venueName } });
  const collected = listed.venues.find((one) => one.name === venueName);
  const place = collected ?? (await api.createVenue({ body: { name: venueName, region, address } })).body;
  const params = { venueId: place.id };
  const annex =
    place.halls.find((one) => one.name === hallName) ??
    (await api.createHall({ params, body: { name: hallName } })).body;
  const { body: seatMap } = await api.createSeatMap({ params: { hallId: annex.id }, body: { name, map } });
  const { genre, ...title } = show;
  const { body: performance } = await api.createPerformance({
    body: {
      title,
      genre,
      venueId: place.id,
      startDate: addDays(today, 14),
      endDate: addDays(today, 30),
      ageLimit: 8,
      runningMinutes: 150,
      synopsis: '좌석을 골라 예매해 볼 수 있는 공연입니다.',
      cancellationPolicy: genre === 'play' ? 'play' : 'standard',
    },
  });
  for (const day of [14, 15, 21, 22]) {
    await api.createSession({
      params: { performanceId: performance.id },
      body: {
        startsAt: `${addDays(today, day)}T19:30:00+09:00`,
        hallId: annex.id,
        seatMapId: seatMap.id,
        grades: gradesOf(seatMap.sections.map((section) => section.name)),
        saleWindows: [
          { kind: 'general', opensAt: `${today}T00:00:00+09:00`, closesAt: `${addDays(today, day)}T18:30:00+09:00` },
        ],
      },
    });
  }
}

/** The sections come from the stage outwards, so the first third is the dearest. */
function gradesOf(sections: readonly string[]) {
  const size = Math.ceil(sections.length / grades.length);
  return grades
    .map((grade, index) => ({ ...grade, sections: sections.slice(index * size, (index + 1) * size) }))
    .filter((grade) => grade.sections.length > 0);
}

async function organizerToken({ keySet, token: { issuer, audience } }: SeedOptions): Promise<string> {
  const { kid, privateJwk } = signingKeyOf(await readKeySet(keySet));
  return await new SignJWT({ roles: ['organizer'] })
    .setProtectedHeader({ alg: 'RS256', kid })
    .setIssuer(issuer)
    .setAudience(audience)
    .setSubject(organizerId)
    .setJti(newId())
    .setIssuedAt()
    .setExpirationTime('5m')
    .sign(await importJWK({ ...privateJwk, alg: 'RS256' }, 'RS256'));
}

import { type Region, regions } from '@ticketaka/performances/api';
import { createRandom } from './random.ts';
import { regionFacts } from './regions.ts';
import { venueNames } from './words.ts';

export interface DemoVenue {
  /** As KOPIS would number it: `FC000001`. */
  readonly id: string;
  readonly name: string;
  readonly region: Region;
  readonly address: string;
  readonly phone: string;
  readonly url: string;
  readonly latitude: number;
  readonly longitude: number;
  readonly halls: readonly [string, ...string[]];
}

/** The houses that have a seat map; see `seat-maps`. */
export const houses = [
  { name: '별무리 예술극장', region: 'seoul', hall: '대극장', map: 'theatre' },
  { name: '온누리 뮤지컬홀', region: 'seoul', hall: '그랜드홀', map: 'musicalHall' },
  { name: '너울 아레나', region: 'incheon', hall: '아레나', map: 'arena' },
  { name: '해오름 스타디움', region: 'gyeonggi', hall: '주경기장', map: 'stadium' },
] as const;

type Halls = DemoVenue['halls'];
const hallNames: readonly [Halls, ...Halls[]] = [
  ['대극장', '소극장'],
  ['대공연장'],
  ['콘서트홀', '리사이틀홀'],
  ['블랙박스'],
];

const more: readonly Region[] = ['seoul', 'seoul', 'busan', 'gyeonggi', 'daegu'];

/** Forty venues: the four houses, two more in each of the seventeen regions, and a few where most are. */
export function demoVenues(seed: string): readonly DemoVenue[] {
  const random = createRandom(`${seed}/venues`);
  const names = random.some(
    venueNames.first.flatMap((first) => venueNames.second.map((second) => `${first}${second}`)),
    36,
  );
  const houseRegions: readonly Region[] = houses.map(({ region }) => region);
  const others = [...regions, ...regions, ...more].filter((region, place) => {
    // One of the two of a region with a house is the house.
    return place >= regions.length || !houseRegions.includes(region) || region === 'seoul';
  });
  const places = [
    ...houses.map(({ name, region, hall }) => ({ name, region, halls: [hall] as const })),
    ...others.slice(0, 36).map((region, place) => ({
      name: names[place] ?? `${regionFacts[region].official} 예술극장`,
      region,
      halls: random.pick(hallNames),
    })),
  ];
  return places.map(({ name, region, halls }, index) => {
    const { official, city, latitude, longitude } = regionFacts[region];
    const road = random.pick(['달빛', '물길', '은행나무', '솔숲', '강변', '언덕', '느티나무']);
    return {
      id: `FC${String(index + 1).padStart(6, '0')}`,
      name,
      region,
      address: `${official} ${city} ${road}로 ${random.int(1, 300)}`.replace(/ {2}/u, ' '),
      // 0000 is given to no subscriber.
      phone: `070-0000-${String(index + 1).padStart(4, '0')}`,
      url: `https://venue-${index + 1}.example/`,
      latitude: Math.round((latitude + random.int(-400, 400) / 10_000) * 1e6) / 1e6,
      longitude: Math.round((longitude + random.int(-400, 400) / 10_000) * 1e6) / 1e6,
      halls,
    };
  });
}

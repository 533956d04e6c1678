import { type Genre, genres } from '@ticketaka/performances/api';
import { addDays } from './dates.ts';
import { people, producer } from './people.ts';
import { createRandom, type Random } from './random.ts';
import { demoRun, type Run } from './schedules.ts';
import { newTitle } from './titles.ts';
import type { DemoVenue } from './venues.ts';

export interface DemoPerformance extends Run {
  /** As KOPIS would number it: `PF000001`. */
  readonly id: string;
  readonly title: { readonly ko: string; readonly en: string };
  readonly genre: Genre;
  readonly venueId: string;
  readonly hall: string;
  readonly cast: readonly string[];
  readonly crew: readonly string[];
  /** `1시간 30분`, `만 12세 이상`, `R석 140,000원, S석 99,000원`: as a producer writes it. */
  readonly runningTime: string;
  readonly age: string;
  readonly prices: string;
  readonly producer: string;
  readonly synopsis: string;
  /** How much it is booked, compared with the others. */
  readonly popularity: number;
}

const shares: readonly [Genre, ...Genre[]] = [
  'musical',
  'musical',
  'musical',
  'play',
  'play',
  'play',
  'concert',
  'concert',
  'classical',
  'classical',
  'traditional',
  'dance',
  'circus',
  'mixed',
];

/** Performances of every genre in all the venues, from six weeks before that day to four months after it. */
export function demoPerformances(options: {
  readonly seed: string;
  readonly around: string;
  readonly venues: readonly DemoVenue[];
  readonly count: number;
}): readonly DemoPerformance[] {
  const { seed, around, venues, count } = options;
  const taken = new Set<string>();
  return Array.from({ length: count }, (_, index) => {
    const random = createRandom(`${seed}/performance/${index}`);
    const genre = genres[index] ?? random.pick(shares);
    const venue = venues[index % venues.length];
    if (!venue) throw new TypeError('there are no venues');
    return {
      id: `PF${String(index + 1).padStart(6, '0')}`,
      title: newTitle(random, genre, taken),
      genre,
      venueId: venue.id,
      hall: random.pick(venue.halls),
      ...demoRun(random, genre, addDays(around, random.int(-45, 120))),
      cast: people(random, castSize(genre, random)),
      crew: people(random, random.int(2, 5)),
      runningTime: random.pick(['90분', '1시간 30분', '1시간 40분', '2시간', '2시간 30분', '100분', '']),
      age: random.pick([
        '만 7세 이상',
        '만 12세 이상',
        '전체 관람가',
        '만 15세 이상',
        '36개월 이상',
        '미취학아동입장불가',
      ]),
      prices: prices(random, genre),
      producer: producer(random),
      synopsis: synopsis(random),
      // A few are talked about, most are not.
      popularity: Math.round(1_000_000 / random.int(1, 1000)),
    };
  });
}

function castSize(genre: Genre, random: Random) {
  if (genre === 'classical') return random.int(0, 3);
  return genre === 'concert' ? random.int(1, 4) : random.int(3, 12);
}

const won = (thousands: number) => `${(thousands * 1000).toLocaleString('en')}원`;

function prices(random: Random, genre: Genre): string {
  const top = {
    musical: 150,
    concert: 132,
    play: 66,
    classical: 120,
    traditional: 50,
    dance: 80,
    circus: 90,
    mixed: 60,
  };
  const first = Math.max(20, top[genre] - 11 * random.int(0, 4));
  const grades = ['VIP석', 'R석', 'S석', 'A석', 'B석'];
  const tiered = (count: number) =>
    grades
      .slice(0, count)
      .map((grade, place) => `${grade} ${won(Math.round(first * 0.8 ** place))}`)
      .join(', ');
  const style = random.int(1, 20);
  if (style === 1) return '전석무료';
  if (style <= 6 || genre === 'play') return `전석 ${won(Math.round(first / 2))}`;
  if (genre === 'concert' && style <= 12) return `스탠딩석 ${won(first)}, R석 ${won(first)}, S석 ${won(first - 11)}`;
  return tiered(random.int(2, 5));
}

function synopsis(random: Random): string {
  const sentences = random.some(
    [
      '비가 그친 저녁, 아무도 부르지 않은 손님이 문을 두드린다.',
      '오래 잊고 지낸 약속이 한 통의 편지로 돌아온다.',
      '서로의 이름을 모르는 두 사람이 같은 노래를 기억한다.',
      '밤이 깊어질수록 무대는 더 밝아지고, 이야기는 처음으로 되돌아간다.',
      '떠나는 사람과 남는 사람 사이에 작은 불빛 하나가 켜진다.',
      '웃음과 눈물이 번갈아 오는 따뜻한 시간을 온 가족과 함께.',
      '마지막 장면이 끝나고도 오래도록 자리에서 일어나지 못한다.',
    ],
    random.int(2, 4),
  );
  return sentences.join(' ');
}

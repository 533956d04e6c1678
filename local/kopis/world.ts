import { addDays, createRandom, demoData } from '../demo/index.ts';
import { dotted, type PerformanceRecord, performanceRecord, type VenueRecord, venueRecord } from './records.ts';

export interface World {
  readonly venues: ReadonlyMap<string, VenueRecord>;
  /** What the lists have. */
  readonly performances: ReadonlyMap<string, PerformanceRecord>;
  /** What left the lists and can still be asked for by id. */
  readonly unlisted: ReadonlyMap<string, PerformanceRecord>;
  /** ISO date in Asia/Seoul. */
  readonly today: string;
}

export interface WorldOptions {
  readonly seed?: string | undefined;
  /** ISO date that the performances lie around: day 0. */
  readonly around: string;
  readonly count?: number | undefined;
  /** Days that have passed: things were changed, added, called off or dropped meanwhile. @default 0 */
  readonly day?: number;
}

/** KOPIS as it is on a day. Pure: the same day of the same world is always the same. */
export function worldOn({ seed = 'ticketaka', around, count, day = 0 }: WorldOptions): World {
  const data = demoData({ seed, around, ...(count !== undefined && { count }) });
  const venues = new Map(data.venues.map((venue) => [venue.id, changedVenue(venueRecord(venue), seed, day)]));
  const performances = new Map<string, PerformanceRecord>();
  const unlisted = new Map<string, PerformanceRecord>();
  for (const performance of data.performances) {
    const venue = data.venues.find(({ id }) => id === performance.venueId);
    if (!venue) continue;
    const fate = fateOf(seed, performance.id);
    if (fate.appears > day) continue;
    const record = changed(performanceRecord(performance, venue), fate, day);
    if (day >= fate.leaves) {
      if (fate.calledOff) unlisted.set(record.mt20id, { ...record, cancelled: true });
      continue;
    }
    performances.set(record.mt20id, record);
  }
  const [example] = performances.values();
  if (example) for (const odd of oddRecords(example, addDays(around, 7))) performances.set(odd.mt20id, odd);
  return { venues, performances, unlisted, today: addDays(around, day) };
}

interface Fate {
  readonly appears: number;
  readonly leaves: number;
  readonly calledOff: boolean;
  readonly price: number;
  readonly schedule: number;
  readonly longer: number;
  readonly cast: number;
}

/** On which days things happen to a performance; never is later than any day. */
function fateOf(seed: string, id: string): Fate {
  const random = createRandom(`${seed}/fate/${id}`);
  const on = (probability: number) => (random.chance(probability) ? random.int(1, 5) : Infinity);
  const appears = random.chance(0.08) ? random.int(1, 5) : 0;
  return {
    appears,
    leaves: appears === 0 ? on(0.06) : Infinity,
    calledOff: random.chance(0.6),
    price: on(0.08),
    schedule: on(0.06),
    longer: on(0.06),
    cast: on(0.06),
  };
}

function changed(record: PerformanceRecord, fate: Fate, day: number): PerformanceRecord {
  const end = record.prfpdto.replaceAll('.', '-');
  return {
    ...record,
    ...(day >= fate.price && { pcseguidance: 'R석 77,000원, S석 55,000원' }),
    ...(day >= fate.schedule && { dtguidance: '수요일 ~ 일요일(19:00), HOL(13:00,17:00)' }),
    ...(day >= fate.longer && { prfpdto: dotted(addDays(end, 14)) }),
    ...(day >= fate.cast && { prfcast: `${record.prfcast}, 새로온` }),
  };
}

function changedVenue(record: VenueRecord, seed: string, day: number): VenueRecord {
  const random = createRandom(`${seed}/fate/${record.mt10id}`);
  const renamed = random.chance(0.1) && day >= random.int(1, 5);
  return renamed ? { ...record, fcltynm: `${record.fcltynm} 신관` } : record;
}

/** What a collector must live with: each is wrong in its own way. */
function oddRecords(example: PerformanceRecord, date: string): readonly PerformanceRecord[] {
  const odd = (number: number, prfnm: string, change: Partial<PerformanceRecord>): PerformanceRecord => ({
    ...example,
    mt20id: `PF9${String(number).padStart(5, '0')}`,
    prfnm,
    prfpdfrom: dotted(date),
    prfpdto: dotted(addDays(date, 20)),
    popularity: 0,
    ...change,
  });
  return [
    odd(1, '일정이 없는 낭독극', { dtguidance: '' }),
    odd(2, '격주로 열리는 음악회', { dtguidance: '격주 수요일(20:00)' }),
    odd(3, '값을 모르는 연극', { pcseguidance: 'R석 원' }),
    odd(4, '극장이 사라진 뮤지컬', { mt10id: 'FC999999' }),
    odd(5, '깨진 기록', { broken: true }),
    odd(6, '장르가 낯선 무대', { genrenm: '행위예술' }),
    odd(7, '거꾸로 가는 시간', { prfpdfrom: dotted(addDays(date, 20)), prfpdto: dotted(date) }),
    odd(8, '나이를 알 수 없는 인형극', { prfage: '어른이 된 아이' }),
    odd(9, '전각으로 쓴 판소리', {
      dtguidance: '토요일～일요일（１５：００）',
      pcseguidance: 'Ｒ석　４０，０００원／Ｓ석　３０，０００원',
    }),
    odd(10, '끝나지 않는 상설공연', { prfpdto: '2099.12.31', openrun: 'Y', dtguidance: '매일(11:00,14:00)' }),
  ];
}

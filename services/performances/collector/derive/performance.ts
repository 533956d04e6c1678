import type { Genre } from '../../schemas/common.ts';
import { type DatedSession, datedSessions, sessionDates } from '../parse/dated-sessions.ts';
import { hallOf, parseAge, parseDate, parseGenre, parseMinutes, parseNames, parseTitle } from '../parse/fields.ts';
import { type Price, parsePrices } from '../parse/prices.ts';
import { parseSchedule } from '../parse/schedule.ts';
import { isId } from '../source/kopis.ts';
import type { Fields } from '../source/xml.ts';
import { FieldReader, type Reading } from './record.ts';

export interface CollectedPerformance {
  readonly sourceId: string;
  readonly venueSourceId: string;
  /** Undefined: the venue has no halls that anybody tells apart. */
  readonly hall: string | undefined;
  readonly title: { readonly ko: string; readonly en?: string };
  readonly genre: Genre;
  readonly startDate: string;
  readonly endDate: string;
  readonly cast: readonly string[];
  readonly crew: readonly string[];
  readonly ageLimit: number;
  readonly runningMinutes: number | null;
  readonly synopsis: string;
  readonly scheduleText: string;
  readonly organizerName: string | null;
  /** The source says that it does not take place. */
  readonly cancelled: boolean;
  readonly sessions: readonly DatedSession[];
  /** Of each session. */
  readonly prices: readonly Price[];
}

export interface Calendar {
  /** ISO date in Asia/Seoul. */
  readonly today: string;
  /** ISO dates. */
  readonly holidays: ReadonlySet<string>;
}

/** A performance out of the fields of KOPIS. Pure: the same fields on the same day give the same. */
export function readPerformance(
  sourceId: string,
  fields: Fields,
  { today, holidays }: Calendar,
): Reading<CollectedPerformance> {
  const reader = new FieldReader(fields);
  const title = reader.needed('prfnm', parseTitle);
  const genre = reader.needed('genrenm', parseGenre);
  const startDate = reader.needed('prfpdfrom', parseDate);
  const endDate = reader.needed('prfpdto', parseDate);
  const schedule = reader.needed('dtguidance', parseSchedule);
  const prices = reader.needed('pcseguidance', parsePrices);
  const ageLimit = reader.optional('prfage', parseAge, 0);
  const runningMinutes = reader.optional('prfruntime', parseMinutes, null);
  const venueSourceId = reader.text('mt10id');
  if (!isId(venueSourceId)) reader.reject('mt10id', 'not the id of a venue');
  if (startDate !== undefined && endDate !== undefined && endDate < startDate) {
    reader.reject('prfpdto', 'ends before it starts');
  }
  const { misread } = reader;
  if (misread.some(({ blocking }) => blocking)) return { value: undefined, misread };
  if (!title || !genre || !startDate || !endDate || !schedule || !prices) return { value: undefined, misread };
  const dates = sessionDates({ from: startDate, to: endDate }, today);
  const value = {
    sourceId,
    venueSourceId,
    hall: hallOf(reader.text('fcltynm')),
    title,
    genre,
    startDate,
    endDate,
    cast: parseNames(reader.text('prfcast')),
    crew: parseNames(reader.text('prfcrew')),
    ageLimit: Math.min(ageLimit, 99),
    runningMinutes,
    synopsis: reader.text('sty').normalize('NFC').slice(0, 20_000),
    scheduleText: reader.text('dtguidance').slice(0, 4000),
    organizerName: reader.text('entrpsnm').normalize('NFC').slice(0, 200) || null,
    cancelled: /취소/u.test(reader.text('prfstate')),
    sessions: dates ? datedSessions(schedule, { ...dates, holidays }) : [],
    prices,
  };
  return { value, misread };
}

import { addDays } from '../demo/index.ts';
import { holidaysOf } from './holidays.ts';
import { genreCodes, type PerformanceRecord } from './records.ts';
import type { World } from './world.ts';
import { document, type Xml } from './xml.ts';

/** KOPIS answers errors with 200 and a record that has no id. */
export function kopisError(returncode: string, errmsg: string): string {
  return document('dbs', { db: { returncode, errmsg, responsetime: '2026-01-01T00:00:00' } });
}

export function venueList(world: World, query: URLSearchParams): string {
  const records = [...world.venues.values()].map(({ mt10id, fcltynm, mt13cnt, sidonm, gugunnm, opende }) => ({
    fcltynm,
    mt10id,
    mt13cnt,
    fcltychartr: '기타(공공)',
    sidonm,
    gugunnm,
    opende,
  }));
  return document('dbs', { db: page(records, query) });
}

export function venueDetail(world: World, id: string): string {
  const venue = world.venues.get(id);
  if (!venue) return document('dbs', {});
  const { fcltynm, mt10id, mt13cnt, opende, telno, relateurl, adres, la, lo } = venue;
  return document('dbs', {
    db: { fcltynm, mt10id, mt13cnt, fcltychartr: '기타(공공)', opende, seatscale: 0, telno, relateurl, adres, la, lo },
  });
}

export function performanceList(world: World, query: URLSearchParams): string {
  const from = isoDate(query.get('stdate'));
  const to = isoDate(query.get('eddate'));
  if (!from || !to) return kopisError('05', '필수 파라미터(stdate, eddate)가 없습니다.');
  if (to > addDays(from, 31)) return kopisError('06', '조회 기간은 최대 31일입니다.');
  const wanted = query.get('prfstate');
  const records = [...world.performances.values()].filter((record) => {
    const state = stateOf(record, world.today);
    return iso(record.prfpdfrom) <= to && iso(record.prfpdto) >= from && (wanted === null || wanted === state.code);
  });
  const shown = records.map((record): Xml => {
    const { mt20id, prfnm, prfpdfrom, prfpdto, fcltynm, poster, area, genrenm, openrun } = record;
    const prfstate = stateOf(record, world.today).name;
    return { mt20id, prfnm, prfpdfrom, prfpdto, fcltynm, poster, area, genrenm, openrun, prfstate };
  });
  return document('dbs', { db: page(shown, query) });
}

export function performanceDetail(world: World, id: string): string {
  const found = world.performances.get(id) ?? world.unlisted.get(id);
  if (!found) return document('dbs', {});
  const { popularity: _, cancelled: __, broken, ...record } = found;
  const { poster, ...fields } = record;
  const text = document('dbs', {
    db: {
      ...fields,
      poster,
      prfstate: stateOf(found, world.today).name,
      styurls: { styurl: [`http://posters.example/${id}-1.jpg`, `http://posters.example/${id}-2.jpg`] },
    },
  });
  return broken ? cut(text) : text;
}

/** A document that breaks off in the middle. */
export function cut(text: string): string {
  return text.slice(0, Math.floor(text.length / 2));
}

export function boxOffice(world: World, query: URLSearchParams): string {
  const date = isoDate(query.get('date'));
  const days = { day: 1, week: 7, month: 30 }[query.get('ststype') ?? ''];
  if (!date || days === undefined) return kopisError('05', '필수 파라미터(ststype, date)가 없습니다.');
  const genre = genreCodes[query.get('catecode') ?? ''];
  const from = addDays(date, 1 - days);
  const ranked = [...world.performances.values()]
    .filter(({ prfpdfrom, prfpdto }) => iso(prfpdfrom) <= date && iso(prfpdto) >= from)
    .filter(({ genrenm, popularity }) => popularity > 0 && (genre === undefined || genrenm === genre))
    // The order changes from day to day, and the most popular stay near the top.
    .map((record) => ({ record, booked: record.popularity * (1 + noise(`${record.mt20id}${date}`)) }))
    .toSorted((one, other) => other.booked - one.booked || (one.record.mt20id < other.record.mt20id ? -1 : 1))
    .slice(0, 50)
    .map(({ record }, place) => ({
      area: record.area,
      prfdtcnt: 1 + (record.popularity % 60),
      prfnm: record.prfnm,
      cate: record.genrenm,
      prfpd: `${record.prfpdfrom}~${record.prfpdto}`,
      rnum: place + 1,
      prfplcnm: record.fcltynm,
      seatcnt: 300,
      poster: record.poster,
      mt20id: record.mt20id,
    }));
  return document('boxofs', { boxof: ranked });
}

/** `getRestDeInfo` of the Korea Astronomy and Space Science Institute. */
export function restDays(query: URLSearchParams): string {
  const all = holidaysOf(Number(query.get('solYear')));
  const month = query.get('solMonth');
  const wanted = month === null ? all : all.filter(({ date }) => date.slice(5, 7) === month.padStart(2, '0'));
  const rows = Math.max(1, Number(query.get('numOfRows') ?? 10));
  const pageNo = Math.max(1, Number(query.get('pageNo') ?? 1));
  const item = wanted.slice((pageNo - 1) * rows, pageNo * rows).map(({ date, name }) => ({
    dateKind: '01',
    dateName: name,
    isHoliday: 'Y',
    locdate: date.replaceAll('-', ''),
    seq: 1,
  }));
  return document('response', {
    header: { resultCode: '00', resultMsg: 'NORMAL SERVICE.' },
    body: { items: { item }, numOfRows: rows, pageNo, totalCount: wanted.length },
  });
}

export function restDaysError(returnReasonCode: string, returnAuthMsg: string): string {
  return document('OpenAPI_ServiceResponse', {
    cmmMsgHeader: { errMsg: 'SERVICE ERROR', returnAuthMsg, returnReasonCode },
  });
}

function stateOf({ prfpdfrom, prfpdto, cancelled }: PerformanceRecord, today: string) {
  if (cancelled) return { code: '04', name: '공연취소' };
  if (iso(prfpdfrom) > today) return { code: '01', name: '공연예정' };
  return iso(prfpdto) < today ? { code: '03', name: '공연완료' } : { code: '02', name: '공연중' };
}

function page<T>(records: readonly T[], query: URLSearchParams): readonly T[] {
  const rows = Math.min(100, Math.max(1, Number(query.get('rows') ?? 10)));
  const from = (Math.max(1, Number(query.get('cpage') ?? 1)) - 1) * rows;
  return records.slice(from, from + rows);
}

function iso(date: string): string {
  return date.replaceAll('.', '-');
}

function isoDate(date: string | null): string | undefined {
  const [, year, month, day] = /^(\d{4})(\d{2})(\d{2})$/u.exec(date ?? '') ?? [];
  return year === undefined ? undefined : `${year}-${month}-${day}`;
}

/** Between 0 and 1, the same for the same text. */
function noise(text: string): number {
  let hash = 7;
  for (const character of text) hash = (Math.imul(hash, 31) + (character.codePointAt(0) ?? 0)) | 0;
  return (hash >>> 0) / 2 ** 32;
}

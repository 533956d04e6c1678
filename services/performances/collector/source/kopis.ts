import { addDays } from '../../domain/seoul.ts';
import { createSource, type SourceOptions } from './source.ts';
import { childrenOf, type Fields, fieldsOf } from './xml.ts';

export interface Rank {
  readonly place: string;
  readonly sourceId: string;
}

export interface BoxOfficeQuery {
  readonly period: 'day' | 'week' | 'month';
  /** ISO date. */
  readonly date: string;
  /** KOPIS' code; undefined for all. */
  readonly genreCode?: string | undefined;
}

/** The open API of the Korea Performing Arts Box Office Information System, as far as we read it. */
export interface Kopis {
  /** Ids of all venues, ascending. */
  venueIds(signal: AbortSignal): Promise<readonly string[]>;
  /** Undefined when there is none of that id. */
  venue(id: string, signal: AbortSignal): Promise<Fields | undefined>;
  /** Ids of what is played from one date to another, both ISO and inclusive; ascending, each once. */
  performanceIds(
    range: { readonly from: string; readonly to: string },
    signal: AbortSignal,
  ): Promise<readonly string[]>;
  performance(id: string, signal: AbortSignal): Promise<Fields | undefined>;
  boxOffice(query: BoxOfficeQuery, signal: AbortSignal): Promise<readonly Rank[]>;
}

/** The most that KOPIS gives at once. */
const rows = 100;
const mostPages = 500;
/** Of one question for performances, in days. */
const longestRange = 30;

export function createKopis(options: Omit<SourceOptions, 'name'>): Kopis {
  const source = createSource({
    ...options,
    name: 'kopis',
    keyName: 'service',
    refusalOf(document) {
      const [first] = childrenOf(document, 'db').map(fieldsOf);
      const code = first?.['returncode'];
      return code !== undefined && code !== '00' ? `${code} ${first?.['errmsg'] ?? ''}`.trim() : undefined;
    },
  });

  async function ids(path: string, query: Readonly<Record<string, string>>, signal: AbortSignal) {
    const idName = path === 'prfplc' ? 'mt10id' : 'mt20id';
    const found = new Set<string>();
    for (let page = 1; page <= mostPages; page += 1) {
      const document = await source.read(path, { ...query, cpage: String(page), rows: String(rows) }, signal);
      const records = childrenOf(document, 'db').map(fieldsOf);
      for (const record of records) {
        const id = record[idName];
        if (id !== undefined && isId(id)) found.add(id);
      }
      if (records.length < rows) break;
    }
    return [...found].toSorted();
  }

  async function one(path: string, signal: AbortSignal): Promise<Fields | undefined> {
    const [first] = childrenOf(await source.read(path, {}, signal), 'db').map(fieldsOf);
    return first && Object.keys(first).length > 0 ? first : undefined;
  }

  return {
    venueIds: (signal) => ids('prfplc', {}, signal),
    venue: (id, signal) => one(`prfplc/${id}`, signal),
    async performanceIds({ from, to }, signal) {
      const found = new Set<string>();
      for (let start = from; start <= to; start = addDays(start, longestRange + 1)) {
        const end = addDays(start, longestRange);
        const query = { stdate: compact(start), eddate: compact(end < to ? end : to) };
        for (const id of await ids('pblprfr', query, signal)) found.add(id);
      }
      return [...found].toSorted();
    },
    performance: (id, signal) => one(`pblprfr/${id}`, signal),
    async boxOffice({ period, date, genreCode }, signal) {
      const query = { ststype: period, date: compact(date), ...(genreCode !== undefined && { catecode: genreCode }) };
      const ranked = childrenOf(await source.read('boxoffice', query, signal), 'boxof').map(fieldsOf);
      return ranked.map((fields) => ({ place: fields['rnum'] ?? '', sourceId: fields['mt20id'] ?? '' }));
    },
  };
}

/** Ids go into paths and columns. */
export function isId(text: string): boolean {
  return /^[A-Z]{2}\d{1,16}$/u.test(text);
}

function compact(date: string): string {
  return date.replaceAll('-', '');
}

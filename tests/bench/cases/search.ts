import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import {
  createSearchIndex,
  type IndexEntry,
  type SearchIndex,
  type SearchRequest,
} from '../../../services/performances/domain/search/index.ts';
import { normalize } from '../../../services/performances/domain/search/normalize.ts';
import type { BenchCase } from '../harness.ts';
import { SearchData } from './search-data.ts';

const size = 50_000;
const queries = 1000;

/**
 * A page with facets, totals, order and marks, against a scan that only says which performances have the words. The scan
 * also judges: what it finds the index must find, and for words that can only be meant as they stand, nothing else.
 */
export const search: BenchCase = {
  name: 'search',
  summary: 'search 50 000 performances with facets and order, against a plain substring scan that only finds',
  unit: 'ms/query',
  target: { bound: 'at most', ratio: 0.5 },
  limits: { 'median ms/query': 2, 'p99 ms/query': 10 },
  async prepare() {
    const { entries, requests } = invented();
    const [before, started] = [memoryInUse(), performance.now()];
    const index = createSearchIndex();
    for (const entry of entries) index.put(entry);
    const [built, used] = [performance.now() - started, memoryInUse() - before];
    const scanned = scannable(entries);
    const recalled = requests.every((request) => isRecalled(index, scanned, request));
    const rounds: number[][] = [];

    return {
      async subject() {
        const times = requests.map((request) => cpuOf(() => index.search(request)));
        rounds.push(times);
        return { value: mean(times), correct: recalled };
      },
      async reference() {
        return { value: mean(requests.map((request) => cpuOf(() => scan(scanned, request)))), correct: true };
      },
      async figures() {
        const times = rounds
          .slice(1)
          .flat()
          .toSorted((a, b) => a - b);
        return {
          'median ms/query': quantile(times, 0.5),
          'p99 ms/query': quantile(times, 0.99),
          'bytes/performance of the index': Math.round(used / size),
          'ms to build': Math.round(built),
        };
      },
      close: async () => {},
    };
  },
};

/** Texts as they come out of a message, not as they were put together here. */
function invented() {
  const data = new SearchData(size);
  return { entries: structuredClone(data.entries), requests: data.requests(queries) };
}

interface Scannable {
  readonly entry: IndexEntry;
  /** The normalised texts, each on a line. */
  readonly text: string;
}

function scannable(entries: readonly IndexEntry[]): Scannable[] {
  return entries.map((entry) => {
    const texts = [entry.titleKo, entry.titleEn ?? '', ...entry.cast, entry.venue.name];
    return { entry, text: texts.map(normalize).join('\n') };
  });
}

function scan(scanned: readonly Scannable[], request: SearchRequest): string[] {
  const words = wordsOf(request);
  return scanned
    .filter(({ entry, text }) => passes(entry, request) && words.every((word) => text.includes(word)))
    .map(({ entry }) => entry.id);
}

function wordsOf({ query = '' }: SearchRequest): string[] {
  return query.split(/\s+/u).map(normalize);
}

function passes(entry: IndexEntry, { states, genres, regions, from, to, minPrice, maxPrice, today }: SearchRequest) {
  const runs = !entry.cancelled && entry.endDate >= today;
  if (states !== undefined && !runs) return false;
  if (genres !== undefined && !genres.includes(entry.genre)) return false;
  if (regions !== undefined && !regions.includes(entry.region)) return false;
  if (from !== undefined && to !== undefined && (entry.endDate < from || entry.startDate > to)) return false;
  if (minPrice === undefined || maxPrice === undefined) return true;
  return entry.minPrice !== null && (entry.maxPrice ?? 0) >= minPrice && entry.minPrice <= maxPrice;
}

/** Counts for all requests; looks at every hit where reading all pages of them is quick. */
function isRecalled(index: SearchIndex, scanned: readonly Scannable[], request: SearchRequest): boolean {
  const expected = scan(scanned, request);
  const { total } = index.search(request);
  if (meantAsItStands(request) && expected.length > 0 ? total !== expected.length : total < expected.length)
    return false;
  if (total > 500) return true;
  const found = new Set<string>();
  for (let cursor: string | undefined, first = true; first || cursor !== undefined; first = false) {
    const page = index.search({ ...request, cursor, limit: 100 });
    for (const { id } of page.hits) found.add(id);
    cursor = page.next;
  }
  return found.size === total && expected.every((id) => found.has(id));
}

/** English of more than one word or Hangul whose last letters are finished: nothing else can be meant by it. */
function meantAsItStands(request: SearchRequest): boolean {
  return wordsOf(request).every((word) => word === '' || (/[a-z]{4,}$|[가-힣]$/.test(word) && isFinished(word)));
}

/** The last syllable ends with a letter that no other can follow in it. */
function isFinished(word: string): boolean {
  const last = word.normalize('NFD').at(-1) ?? '';
  return /[a-z]/.test(last) || /[ᆮᆷᆼᆽᆾᆿᇀᇁᇂ]/.test(last);
}

function cpuOf(run: () => unknown): number {
  const before = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

function memoryInUse(): number {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  if (typeof collect !== 'function') throw new Error('There is no garbage collector to call');
  collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function quantile(sorted: readonly number[], share: number): number {
  return Math.round((sorted[Math.floor(sorted.length * share)] ?? Number.NaN) * 1000) / 1000;
}

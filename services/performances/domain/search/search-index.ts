import { type Bits, bitsFor, clearBit, setBit, someBit } from './bits.ts';
import { Columns } from './columns.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';
import { FacetCounter } from './facet-counter.ts';
import { filtersOf } from './filters.ts';
import { GramIndex } from './gram-index.ts';
import { indexText, textsOf } from './indexed-text.ts';
import { marksOf } from './marks.ts';
import {
  type Corpus,
  candidatesOf,
  matches,
  type PreparedWord,
  prepareWords,
  scoreOf,
  WholeQuery,
} from './matching.ts';
import { normalize } from './normalize.ts';
import { Page } from './page.ts';
import { literal } from './pattern.ts';
import { wordsBeingTyped, wordsOf } from './readings.ts';
import { sortColumns } from './sort-keys.ts';
import { suggestFrom } from './suggest.ts';
import { TextStore } from './text-store.ts';
import type { IndexEntry, SearchHits, SearchIndex, SearchRequest, Suggestion } from './types.ts';

/** An index in memory, empty at first. Meant for some 50 000 performances, each of which is a slot. */
export function createSearchIndex(): SearchIndex {
  return new MemorySearchIndex();
}

class MemorySearchIndex implements SearchIndex {
  readonly #columns = new Columns();
  readonly #grams = new GramIndex();
  readonly #store = new TextStore();
  readonly #slots = new Map<string, number>();
  readonly #ids: string[] = [];
  readonly #texts: (readonly string[])[] = [];
  readonly #free: number[] = [];
  #live: Bits = bitsFor(0);

  get size(): number {
    return this.#slots.size;
  }

  put(entry: IndexEntry): void {
    const known = this.#slots.get(entry.id);
    const texts = textsOf(entry);
    if (known !== undefined && sameTexts(this.#texts[known], texts)) {
      this.#columns.write(known, entry);
      return;
    }
    if (known !== undefined) this.#removeText(known);
    const slot = known ?? this.#free.pop() ?? this.#ids.length;
    this.#columns.write(slot, entry);
    this.#slots.set(entry.id, slot);
    this.#ids[slot] = entry.id;
    this.#texts[slot] = texts;
    this.#store.write(slot, indexText(texts));
    this.#grams.add(slot, this.#unitsOf(slot), this.#columns.capacity);
    this.#setLive(slot);
  }

  remove(id: string): boolean {
    const slot = this.#slots.get(id);
    if (slot === undefined) return false;
    this.#removeText(slot);
    this.#slots.delete(id);
    this.#ids[slot] = '';
    this.#texts[slot] = [];
    this.#free.push(slot);
    clearBit(this.#live, slot);
    return true;
  }

  search(request: SearchRequest): SearchHits {
    const asked = request.query?.trim() ?? '';
    const position = request.cursor === undefined ? undefined : decodeCursor(request, request.cursor);
    const words = prepareWords(this.#corpus, wordsOf(asked), position?.fallbacks);
    const filters = filtersOf(request, this.#columns);
    const facets = new FacetCounter({ columns: this.#columns, filters, today: request.today });
    const sort = request.sort ?? (asked === '' ? 'ranking' : 'relevance');
    const by = sortColumns(sort, this.#columns);
    const page = new Page({ limit: request.limit, idOf: (slot) => this.#ids[slot] ?? '', after: position?.after });
    const score = this.#scorer(asked, words, sort === 'relevance');
    const venue = request.venueId === undefined ? undefined : this.#columns.venueNumber(request.venueId);
    let total = 0;
    someBit(asked === '' ? this.#live : candidatesOf(words, this.#columns.capacity), (slot) => {
      if (venue !== undefined && this.#columns.venue[slot] !== venue) return false;
      const failed = filters.failed(slot);
      // With two filters failed no facet counts it.
      if ((failed & (failed - 1)) !== 0) return false;
      const relevance = score(slot);
      if (relevance === 0) return false;
      facets.count(slot, failed);
      if (failed === 0) {
        total += 1;
        page.offer(slot, by.first(slot, relevance), by.second(slot));
      }
      return false;
    });
    const items = page.items();
    const last = items.at(-1);
    const fallbacks = words.map(({ fallback }) => fallback);
    return {
      hits: items.map(({ slot, key }) => ({ id: key.id, marks: this.#marks(words, slot) })),
      total,
      facets: facets.facets(),
      ...(page.hasMore && last ? { next: encodeCursor(request, { after: last.key, fallbacks }) } : {}),
    };
  }

  suggest(text: string, limit: number): Suggestion[] {
    const words = prepareWords(this.#corpus, wordsBeingTyped(text));
    const source = { corpus: this.#corpus, columns: this.#columns, texts: this.#texts, ids: this.#ids };
    return suggestFrom(source, words, limit);
  }

  get #corpus(): Corpus {
    return { grams: this.#grams, store: this.#store, capacity: this.#columns.capacity };
  }

  /** Above 0 for what matches, 0 for what does not. */
  #scorer(asked: string, words: readonly PreparedWord[], ranked: boolean): (slot: number) => number {
    if (words.length === 0) return () => 1;
    if (!ranked) return (slot) => (matches(words, slot) ? 1 : 0);
    if (words.length === 1) return (slot) => scoreOf(words, slot);
    const whole = new WholeQuery(this.#store, { pattern: literal(normalize(asked)), words: words.length });
    return (slot) => {
      const score = scoreOf(words, slot);
      return score === 0 ? 0 : Math.max(score, whole.score(slot));
    };
  }

  #marks(words: readonly PreparedWord[], slot: number) {
    if (words.length === 0) return [];
    return marksOf({ store: this.#store, texts: this.#texts[slot] ?? [] }, words, slot);
  }

  #unitsOf(slot: number): Uint16Array {
    return this.#store.units.subarray(this.#store.start(slot), this.#store.end(slot));
  }

  #removeText(slot: number): void {
    this.#grams.remove(slot, this.#unitsOf(slot));
    this.#store.remove(slot);
  }

  #setLive(slot: number): void {
    if (slot >>> 5 >= this.#live.length) {
      const larger = bitsFor(this.#columns.capacity);
      larger.set(this.#live);
      this.#live = larger;
    }
    setBit(this.#live, slot);
  }
}

function sameTexts(a: readonly string[] | undefined, b: readonly string[]): boolean {
  return a !== undefined && a.length === b.length && a.every((text, at) => text === b[at]);
}

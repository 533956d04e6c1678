import { someBit } from './bits.ts';
import type { Columns } from './columns.ts';
import { fieldOfItem } from './indexed-text.ts';
import { itemAround, itemsBefore, type Span } from './items.ts';
import { type Corpus, candidatesOf, type PreparedWord } from './matching.ts';
import { normalize } from './normalize.ts';
import type { Suggestion } from './types.ts';

/** Where in the text a word matched: what people type is how a name, or a word of it, begins. */
const beginning = { ofText: 3, ofWord: 2, nowhere: 1 } as const;
const kinds = ['title', 'title', 'cast', 'venue'] as const;

interface Ranked {
  readonly suggestion: Suggestion;
  readonly score: number;
  readonly popularity: number;
}

/** What is suggested from, besides the text itself. */
export interface Source {
  readonly corpus: Corpus;
  readonly columns: Columns;
  readonly texts: readonly (readonly string[])[];
  readonly ids: readonly string[];
}

/** Texts in which all words match; each once, with the most popular performance that has it. */
export function suggestFrom(source: Source, words: readonly PreparedWord[], limit: number): Suggestion[] {
  const { corpus, columns, texts, ids } = source;
  const best = new Map<string, Ranked>();
  const threshold = new Threshold(limit);
  const most = mostOf(words);
  someBit(candidatesOf(words, corpus.capacity), (slot) => {
    const popularity = columns.popularity[slot] ?? 0;
    if (!threshold.admits(most, popularity)) return false;
    const [start, end] = [corpus.store.start(slot), corpus.store.end(slot)];
    for (let at = firstMatch(words, start, end); at >= 0; ) {
      const item = itemAround(corpus.store, at);
      const score = scoreOfItem(words, item);
      if (score > 0 && threshold.admits(score, popularity)) {
        const number = itemsBefore(corpus.store, slot, item);
        const kind = kinds[fieldOfItem(number, texts[slot]?.length ?? 0)];
        const text = texts[slot]?.[number] ?? '';
        const performance = kind === 'title' ? { performanceId: ids[slot] ?? '' } : {};
        const ranked = { suggestion: { text, kind, ...performance }, score, popularity };
        keepBetter(best, ranked);
        threshold.raise(best);
      }
      at = firstMatch(words, item.to + 1, end);
    }
    return false;
  });
  return inOrder(best.values())
    .slice(0, limit)
    .map(({ suggestion }) => suggestion);
}

/** Where the first word matches next, or something of it. */
function firstMatch([first]: readonly PreparedWord[], from: number, to: number): number {
  let next = -1;
  for (const { needle } of first?.readings ?? []) {
    const at = needle.find(from, next < 0 ? to : next);
    if (at >= 0) next = at;
  }
  return next;
}

/** One suggestion for each kind and text. */
function keepBetter(best: Map<string, Ranked>, ranked: Ranked): void {
  const key = `${ranked.suggestion.kind} ${normalize(ranked.suggestion.text)}`;
  const known = best.get(key);
  if (known === undefined || isBetter(ranked, known)) best.set(key, ranked);
}

/** More than this an item cannot score. */
function mostOf(words: readonly PreparedWord[]): number {
  const surest = words.map(({ readings }) => Math.max(0, ...readings.map(({ likeness }) => likeness)));
  return surest.reduce((sum, likeness) => sum + scoreOfReading(likeness, beginning.ofText), 0);
}

function scoreOfItem(words: readonly PreparedWord[], item: Span): number {
  let sum = 0;
  for (const { readings } of words) {
    const score = scoreOfWord(readings, item);
    if (score === 0) return 0;
    sum += score;
  }
  return sum;
}

function scoreOfWord(readings: PreparedWord['readings'], { from, to }: Span): number {
  for (const { needle, likeness } of readings) {
    const first = needle.find(from, to);
    if (first < 0) continue;
    if (first === from) return scoreOfReading(likeness, beginning.ofText);
    for (let at = first; at >= 0; at = needle.find(at + 1, to)) {
      if (needle.startsWord(at)) return scoreOfReading(likeness, beginning.ofWord);
    }
    return scoreOfReading(likeness, beginning.nowhere);
  }
  return 0;
}

function scoreOfReading(likeness: number, where: number): number {
  return likeness * 4 + where;
}

/** Lets go of what can no longer be among the first, so that a letter that is everywhere does not collect everything. */
class Threshold {
  readonly #limit: number;
  #score = 0;
  #popularity = Number.NEGATIVE_INFINITY;

  constructor(limit: number) {
    this.#limit = limit;
  }

  admits(score: number, popularity: number): boolean {
    return score > this.#score || (score === this.#score && popularity >= this.#popularity);
  }

  raise(best: Map<string, Ranked>): void {
    if (best.size < 8 * this.#limit + 64) return;
    const ranked = inOrder(best.values());
    const last = ranked[this.#limit - 1];
    if (last === undefined) return;
    this.#score = last.score;
    this.#popularity = last.popularity;
    for (const [key, each] of best) if (!this.admits(each.score, each.popularity)) best.delete(key);
  }
}

function isBetter(a: Omit<Ranked, 'suggestion'>, b: Omit<Ranked, 'suggestion'>): boolean {
  return a.score > b.score || (a.score === b.score && a.popularity > b.popularity);
}

function inOrder(all: Iterable<Ranked>): Ranked[] {
  return Array.from(all).toSorted(
    (a, b) =>
      b.score - a.score ||
      b.popularity - a.popularity ||
      kinds.indexOf(a.suggestion.kind) - kinds.indexOf(b.suggestion.kind) ||
      (a.suggestion.text < b.suggestion.text ? -1 : 1),
  );
}

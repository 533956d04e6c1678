import { someBit } from './bits.ts';
import type { Columns } from './columns.ts';
import { fieldOfItem } from './indexed-text.ts';
import { itemsOf } from './marks.ts';
import { find, startsWord } from './matcher.ts';
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
  const worstKept = new Threshold(limit);
  someBit(candidatesOf(words, corpus.capacity), (slot) => {
    const popularity = columns.popularity[slot] ?? 0;
    const items = itemsOf(corpus.store, slot);
    for (const [number, item] of items.entries()) {
      const score = scoreOfItem(corpus, words, item);
      if (score === 0 || !worstKept.admits(score, popularity)) continue;
      const kind = kinds[fieldOfItem(number, items.length)];
      const text = texts[slot]?.[number] ?? '';
      const key = `${kind} ${normalize(text)}`;
      const known = best.get(key);
      if (known !== undefined && isBetter(known, { score, popularity })) continue;
      const performance = kind === 'title' ? { performanceId: ids[slot] ?? '' } : {};
      best.set(key, { suggestion: { text, kind, ...performance }, score, popularity });
      worstKept.keep(best);
    }
    return false;
  });
  return inOrder(best.values())
    .slice(0, limit)
    .map(({ suggestion }) => suggestion);
}

function scoreOfItem({ store }: Corpus, words: readonly PreparedWord[], item: { from: number; to: number }): number {
  let sum = 0;
  for (const { readings } of words) {
    let score = 0;
    for (const { needle, likeness } of readings) {
      for (let at = find(store, needle, item); at >= 0; at = find(store, needle, { from: at + 1, to: item.to })) {
        const where = at === item.from ? 'ofText' : startsWord(store.flags, at) ? 'ofWord' : 'nowhere';
        score = Math.max(score, likeness * 4 + beginning[where]);
        if (where !== 'nowhere') break;
      }
      if (score > 0) break;
    }
    if (score === 0) return 0;
    sum += score;
  }
  return sum;
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

  keep(best: Map<string, Ranked>): void {
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
  return a.score > b.score || (a.score === b.score && a.popularity >= b.popularity);
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

import { type Bits, bitsFor, hasBit, intersect, someBit, unite } from './bits.ts';
import type { GramIndex } from './gram-index.ts';
import { Needle, place } from './needle.ts';
import type { Pattern } from './pattern.ts';
import { likeness, type Reading, type Word } from './readings.ts';
import type { TextStore } from './text-store.ts';

/** Where text is looked for. */
export interface Corpus {
  readonly grams: GramIndex;
  readonly store: TextStore;
  /** Slots that there may be. */
  readonly capacity: number;
}

interface PreparedReading {
  readonly needle: Needle;
  readonly likeness: Reading['likeness'];
  readonly candidates: Bits;
  /** Every candidate matches. */
  readonly exact: boolean;
}

/** A word of the query, ready to be tried on slots. */
export interface PreparedWord {
  readonly readings: readonly PreparedReading[];
  /** The fallback readings are in use. */
  readonly fallback: boolean;
}

/** Likeness ranks before place. */
const placesPerLikeness = 8;

/** @param fallbacks by word, as an earlier page had decided it; decided here when left out */
export function prepareWords(corpus: Corpus, words: readonly Word[], fallbacks?: readonly boolean[]): PreparedWord[] {
  return words.map((word, at) => prepareWord(corpus, word, fallbacks?.[at]));
}

/** Slots that can match all words. */
export function candidatesOf(words: readonly PreparedWord[], capacity: number): Bits {
  const [first, ...rest] = words.map(({ readings }) => union(readings, capacity));
  if (first === undefined) return bitsFor(capacity);
  for (const other of rest) intersect(first, other);
  return first;
}

/** The sum over the words of the surest reading and its best place; 0 when one of the words does not match. */
export function scoreOf(words: readonly PreparedWord[], slot: number): number {
  let sum = 0;
  for (const { readings } of words) {
    const score = scoreOfWord(readings, slot);
    if (score === 0) return 0;
    sum += score;
  }
  return sum;
}

/** Whether all words match: all that the orders need which do not rank by relevance. */
export function matches(words: readonly PreparedWord[], slot: number): boolean {
  return words.every(({ readings }) => readings.some((reading) => readingMatches(reading, slot)));
}

/** A query of several words that is a title, or begins one: each of its words counts as if it were that. */
export class WholeQuery {
  readonly #needle: Needle;
  readonly #words: number;

  constructor(store: TextStore, query: { pattern: Pattern; words: number }) {
    this.#needle = new Needle(store, { pattern: query.pattern, wholeWord: false });
    this.#words = query.words;
  }

  score(slot: number): number {
    const where = this.#needle.bestPlace(slot);
    return where < place.startOfTitle ? 0 : this.#words * (likeness.asTyped * placesPerLikeness + where);
  }
}

function prepareWord(corpus: Corpus, { readings, fallback }: Word, decided: boolean | undefined): PreparedWord {
  const prepared = prepare(corpus, readings);
  if (fallback.length === 0 || decided === false) return { readings: prepared, fallback: false };
  if (decided === undefined && prepared.some(matchesAnything)) return { readings: prepared, fallback: false };
  return { readings: prepare(corpus, fallback), fallback: true };
}

function matchesAnything(reading: PreparedReading): boolean {
  return someBit(reading.candidates, (slot) => readingMatches(reading, slot));
}

function prepare({ grams, store, capacity }: Corpus, readings: readonly Reading[]): PreparedReading[] {
  return readings.flatMap((reading) => {
    const { pattern, run } = reading;
    const found = run ? grams.candidatesOfRun(run, capacity) : grams.candidates(pattern, capacity);
    if (found === undefined) return [];
    const exact = found.exact && !reading.wholeWord;
    return [{ needle: new Needle(store, reading), likeness: reading.likeness, candidates: found.bits, exact }];
  });
}

function union(readings: readonly PreparedReading[], capacity: number): Bits {
  const bits = bitsFor(capacity);
  for (const { candidates } of readings) unite(bits, candidates);
  return bits;
}

function scoreOfWord(readings: readonly PreparedReading[], slot: number): number {
  for (const { needle, likeness: sureness, candidates } of readings) {
    if (!hasBit(candidates, slot)) continue;
    const where = needle.bestPlace(slot);
    if (where !== place.nowhere) return sureness * placesPerLikeness + where;
  }
  return 0;
}

function readingMatches({ needle, candidates, exact }: PreparedReading, slot: number): boolean {
  if (!hasBit(candidates, slot)) return false;
  return exact || needle.matches(slot);
}

import { ConsonantRun } from './consonant-run.ts';
import { isSyllable } from './hangul.ts';
import { toHangulKeys, toLatinKeys } from './keyboard.ts';
import { normalize } from './normalize.ts';
import { byInitials, carriedOver, literal, type Pattern, unfinished } from './pattern.ts';

/** How sure it is that a reading is what was meant: ranks before where it matched. */
export const likeness = { asTyped: 5, unfinished: 4, otherLayout: 3, initials: 2, consonants: 1 } as const;

/** One way to understand what was typed. */
export interface Reading {
  readonly pattern: Pattern;
  /** Instead of the pattern unit by unit. */
  readonly run?: ConsonantRun;
  readonly likeness: (typeof likeness)[keyof typeof likeness];
  /** Counts only where it is a word of its own. */
  readonly wholeWord: boolean;
}

/** A word of the query; a text matches when one of its readings does. */
export interface Word {
  /** Surest first. */
  readonly readings: readonly Reading[];
  /** Tried when none of `readings` matches anything: two keys of a wrong layout read as one syllable, which is everywhere. */
  readonly fallback: readonly Reading[];
}

/** The words of a query, without those that are only punctuation. */
export function wordsOf(query: string): Word[] {
  return typedWords(query).map((typed) => readWord(typed, []));
}

/** The words of what is still being typed: 한 may be on its way to 하나. */
export function wordsBeingTyped(text: string): Word[] {
  return typedWords(text).map((typed) => {
    const pattern = carriedOver(normalize(typed));
    return readWord(typed, pattern === undefined ? [] : [{ pattern, likeness: likeness.unfinished, wholeWord: false }]);
  });
}

function typedWords(query: string): string[] {
  return Array.from(new Set(query.normalize('NFC').split(/\s+/u))).filter((typed) => normalize(typed) !== '');
}

function readWord(typed: string, further: readonly Reading[]): Word {
  const normalized = normalize(typed);
  const readings = [
    ...direct(normalized, likeness.asTyped, likeness.unfinished),
    ...further,
    ...initialsOf(normalized),
  ];
  const swapped = otherLayout(typed);
  if (swapped === undefined) return { readings: surestFirst(readings), fallback: [] };
  const others = direct(swapped.normalized, likeness.otherLayout, likeness.otherLayout);
  if (swapped.sure) return { readings: surestFirst([...readings, ...others]), fallback: [] };
  const asWord = others.slice(0, 1).map((reading) => ({ ...reading, wholeWord: true }));
  return {
    readings: surestFirst([...readings, ...asWord]),
    fallback: surestFirst([...readings, ...others, ...initialsOf(swapped.normalized)]),
  };
}

/**
 * The same keys on the other layout. Sure when the keys make good syllables, as goaflt does, or when Hangul has a vowel
 * by itself, as ㅗ므ㅣㄷㅅ has: nobody means that.
 */
function otherLayout(typed: string): { normalized: string; sure: boolean } | undefined {
  const [hangul, latin] = [/[ㄱ-ㅣ가-힣]/.test(typed), /[a-z]/i.test(typed)];
  if (hangul === latin || typed.length < 2) return undefined;
  const normalized = normalize(hangul ? toLatinKeys(typed) : toHangulKeys(typed));
  const syllables = Array.from(normalized).every((character) => isSyllable(character.charCodeAt(0)));
  return { normalized, sure: hangul ? /[ㅏ-ㅣ]/.test(typed) : syllables && normalized.length >= 2 };
}

function direct(normalized: string, whole: Reading['likeness'], partial: Reading['likeness']): Reading[] {
  const open = unfinished(normalized);
  const exact = { pattern: literal(normalized), likeness: whole, wholeWord: false };
  return open === undefined ? [exact] : [exact, { pattern: open, likeness: partial, wholeWord: false }];
}

function initialsOf(normalized: string): Reading[] {
  const pattern = byInitials(normalized);
  if (pattern === undefined) return [];
  const reading = { pattern, likeness: likeness.initials, wholeWord: false };
  const run = ConsonantRun.of(pattern);
  return run === undefined ? [reading] : [reading, { ...reading, run, likeness: likeness.consonants }];
}

function surestFirst(readings: readonly Reading[]): Reading[] {
  return readings.toSorted((a, b) => b.likeness - a.likeness);
}

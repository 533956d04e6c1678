import {
  completions,
  compose,
  compounds,
  decompose,
  finalConsonants,
  initialConsonants,
  initialOf,
  isJamo,
  isSyllable,
  syllablesWithInitial,
} from './hangul.ts';

/** What one unit of normalised text may be: one of a range, or the letter `alone`. */
export interface Element {
  readonly lowest: number;
  readonly highest: number;
  /** The consonant itself where its syllables are meant, as in ㅋㅋ; −1 for none. */
  readonly alone: number;
}

/** A run of units. */
export type Pattern = readonly Element[];

/** Exactly this text. */
export function literal(normalized: string): Pattern {
  return codesOf(normalized).map(exactly);
}

/** This text with its last syllable still being typed; undefined when that is no syllable, or a finished one. */
export function unfinished(normalized: string): Pattern | undefined {
  const codes = codesOf(normalized);
  const last = codes.at(-1);
  if (last === undefined || !isSyllable(last)) return undefined;
  const range = completions(last);
  if (range.lowest === range.highest) return undefined;
  return [...codes.slice(0, -1).map(exactly), { ...range, alone: -1 }];
}

/** This text with its last consonant beginning the next syllable: 한 on the way to 하나; undefined when it has none. */
export function carriedOver(normalized: string): Pattern | undefined {
  const codes = codesOf(normalized);
  const last = codes.at(-1);
  if (last === undefined || !isSyllable(last)) return undefined;
  const syllable = decompose(last);
  const final = finalConsonants[syllable.final] ?? '';
  const [stays, moves] = compounds.get(final) ?? ['', final];
  const initial = initialConsonants.indexOf(moves ?? '');
  if (initial < 0) return undefined;
  const rest = compose({ ...syllable, final: finalConsonants.indexOf(stays ?? '') });
  return [...[...codes.slice(0, -1), rest].map(exactly), { ...syllablesWithInitial(initial), alone: -1 }];
}

/** Consonants that stand alone mean any syllable that begins so; undefined when there are none. */
export function byInitials(normalized: string): Pattern | undefined {
  const codes = codesOf(normalized);
  if (!codes.some(meantAsInitial)) return undefined;
  const last = codes.length - 1;
  return codes.map((code, at) => {
    if (meantAsInitial(code)) return { ...syllablesWithInitial(initialOf(code)), alone: code };
    return at === last && isSyllable(code) ? { ...completions(code), alone: -1 } : exactly(code);
  });
}

/** The initial consonant that every text of this element has; −1 when there is none. */
export function initialOfElement({ lowest, highest }: Element): number {
  const initial = initialOf(lowest);
  return initial === initialOf(highest) ? initial : -1;
}

export function isExact({ lowest, highest, alone }: Element): boolean {
  return lowest === highest && alone === -1;
}

/** Whether it stands for all syllables with one initial consonant. */
export function isInitial({ lowest, highest }: Element): boolean {
  return highest - lowest > 111;
}

function exactly(code: number): Element {
  return { lowest: code, highest: code, alone: -1 };
}

function codesOf(text: string): number[] {
  return Array.from({ length: text.length }, (_, at) => text.charCodeAt(at));
}

function meantAsInitial(code: number): boolean {
  return isJamo(code) && initialOf(code) >= 0;
}

export const initialCount = initialConsonants.length;

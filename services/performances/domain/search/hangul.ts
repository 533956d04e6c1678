/**
 * Arithmetic of Hangul syllables: The Unicode Standard 3.12, "Conjoining Jamo Behavior". A syllable is an initial
 * consonant (choseong), a vowel (jungseong) and perhaps a final consonant (jongseong), in this order of code points.
 */
const firstSyllable = 0xac00;
const lastSyllable = 0xd7a3;
const finalCount = 28;
const syllablesPerInitial = 21 * finalCount;

export const initialConsonants = Array.from('ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ');
export const vowels = Array.from('ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ');
/** The first is none. */
export const finalConsonants = ['', ...Array.from('ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ')];

/** Letters that a keyboard makes of two. */
export const compounds: ReadonlyMap<string, string> = new Map([
  ['ㄳ', 'ㄱㅅ'],
  ['ㄵ', 'ㄴㅈ'],
  ['ㄶ', 'ㄴㅎ'],
  ['ㄺ', 'ㄹㄱ'],
  ['ㄻ', 'ㄹㅁ'],
  ['ㄼ', 'ㄹㅂ'],
  ['ㄽ', 'ㄹㅅ'],
  ['ㄾ', 'ㄹㅌ'],
  ['ㄿ', 'ㄹㅍ'],
  ['ㅀ', 'ㄹㅎ'],
  ['ㅄ', 'ㅂㅅ'],
  ['ㅘ', 'ㅗㅏ'],
  ['ㅙ', 'ㅗㅐ'],
  ['ㅚ', 'ㅗㅣ'],
  ['ㅝ', 'ㅜㅓ'],
  ['ㅞ', 'ㅜㅔ'],
  ['ㅟ', 'ㅜㅣ'],
  ['ㅢ', 'ㅡㅣ'],
]);

/** Places in the three lists above. */
export interface Syllable {
  readonly initial: number;
  readonly vowel: number;
  readonly final: number;
}

export function isSyllable(code: number): boolean {
  return code >= firstSyllable && code <= lastSyllable;
}

/** A letter by itself, as ㅎ or ㅏ (Hangul Compatibility Jamo). */
export function isJamo(code: number): boolean {
  return code >= 0x3131 && code <= 0x3163;
}

export function compose({ initial, vowel, final }: Syllable): number {
  return firstSyllable + initial * syllablesPerInitial + vowel * finalCount + final;
}

/** Of a code for which `isSyllable` holds. */
export function decompose(code: number): Syllable {
  const index = code - firstSyllable;
  return {
    initial: Math.floor(index / syllablesPerInitial),
    vowel: Math.floor((index % syllablesPerInitial) / finalCount),
    final: index % finalCount,
  };
}

const initialOfJamo = new Map(initialConsonants.map((jamo, initial) => [jamo.charCodeAt(0), initial]));

/** The initial consonant of a syllable, or the consonant that stands alone; −1 for anything else. */
export function initialOf(code: number): number {
  if (isSyllable(code)) return Math.floor((code - firstSyllable) / syllablesPerInitial);
  return isJamo(code) ? (initialOfJamo.get(code) ?? -1) : -1;
}

export interface Range {
  readonly lowest: number;
  readonly highest: number;
}

export function syllablesWithInitial(initial: number): Range {
  const lowest = firstSyllable + initial * syllablesPerInitial;
  return { lowest, highest: lowest + syllablesPerInitial - 1 };
}

// What a letter can still become, by place in the lists: ㅗ to ㅚ, ㅜ to ㅟ, ㅡ to ㅢ.
const lastVowel = new Map([
  [8, 11],
  [13, 16],
  [18, 19],
]);
// ㄱ to ㄳ, ㄴ to ㄶ, ㄹ to ㅀ, ㅂ to ㅄ, ㅅ to ㅆ; ㄲ and ㅆ too, since on a phone they are typed as two.
const lastFinal = new Map([
  [1, 3],
  [4, 6],
  [8, 15],
  [17, 18],
  [19, 20],
]);

/** What the syllable that is being typed can still become, itself included: 해 is also the beginning of 햄. */
export function completions(code: number): Range {
  const { initial, vowel, final } = decompose(code);
  if (final > 0) return { lowest: code, highest: code - final + (lastFinal.get(final) ?? final) };
  const highest = compose({ initial, vowel: lastVowel.get(vowel) ?? vowel, final: finalCount - 1 });
  return { lowest: code, highest };
}

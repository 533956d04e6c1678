import { compounds, finalConsonants, initialConsonants, isJamo, isSyllable, vowels } from './hangul.ts';

/** One UTF-16 unit of the normalised text, and from where to where it stands in the original. */
export type Visit = (code: number, origin: { from: number; to: number; startsWord: boolean }) => void;

/** The normalised text, and for each unit of it where it comes from. */
export interface Normalized {
  readonly text: string;
  readonly from: readonly number[];
  readonly to: readonly number[];
}

// A syllable in pieces (NFD), or a character with the marks that follow it.
const cluster = /[\uac00-\ud7a3\u1100-\u115f][\u1160-\u11a7]*[\u11a8-\u11ff]*|[^]\p{M}*/uy;
const marks = /\p{M}+/gu;
const fillers = /[\u115f\u1160\u3164\uffa0]/g;
const notText = /[^\p{L}\p{N}]+/gu;
const apostrophe = /^['’ʼ＇]$/u;
const hangul = /[ㄱ-ㅣ가-힣]/;

/** Letters and digits only, Hangul composed, lower case, without accents, wide forms as narrow ones. */
export function normalize(text: string): string {
  let normalized = '';
  visitNormalized(text, (code) => {
    normalized += String.fromCharCode(code);
  });
  return normalized;
}

export function normalizeWithOrigins(text: string): Normalized {
  const from: number[] = [];
  const to: number[] = [];
  let normalized = '';
  visitNormalized(text, (code, origin) => {
    normalized += String.fromCharCode(code);
    from.push(origin.from);
    to.push(origin.to);
  });
  return { text: normalized, from, to };
}

/** A word starts after whatever is left out, and where Hangul meets another script: 2026햄릿. */
export function visitNormalized(text: string, visit: Visit): void {
  const origin = { from: 0, to: 0, startsWord: true };
  let afterGap = true;
  let afterHangul = false;
  const emit = (code: number, ofHangul: boolean) => {
    origin.startsWord = afterGap || ofHangul !== afterHangul;
    afterGap = false;
    afterHangul = ofHangul;
    visit(code, origin);
  };
  while (origin.to < text.length) {
    origin.from = origin.to;
    const code = plainUnit(text, origin.from);
    if (code !== 0) {
      origin.to += 1;
      if (code > 0) emit(code, isSyllable(code));
      else if (text.charAt(origin.from) !== "'") afterGap = true;
      continue;
    }
    cluster.lastIndex = origin.from;
    const whole = cluster.exec(text)?.[0] ?? text.charAt(origin.from);
    origin.to += whole.length;
    const folded = fold(whole);
    for (let unit = 0; unit < folded.length; unit += 1) emit(folded.charCodeAt(unit), hangul.test(folded));
    if (folded === '' && !apostrophe.test(whole) && whole.replace(marks, '') !== '') afterGap = true;
  }
}

/** The usual case, without a regular expression: ASCII or a composed syllable; −1 to leave out, 0 when it is not that. */
function plainUnit(text: string, at: number): number {
  const next = text.charCodeAt(at + 1);
  // What follows may belong to it.
  if (next >= 0x300 && !isSyllable(next) && !isJamo(next)) return 0;
  const code = text.charCodeAt(at);
  if (isSyllable(code) || (code >= 0x61 && code <= 0x7a) || (code >= 0x30 && code <= 0x39)) return code;
  if (code >= 0x41 && code <= 0x5a) return code + 0x20;
  return code < 0x80 ? -1 : 0;
}

function fold(whole: string): string {
  // Compatibility decomposition would turn ㅎ into the conjoining letter, which composes with its neighbours.
  if (whole.length === 1 && isJamo(whole.charCodeAt(0))) return separated(whole);
  const folded = whole
    .normalize('NFKD')
    .toLowerCase()
    .normalize('NFKD')
    .replace(marks, '')
    .replace(fillers, '')
    .normalize('NFC')
    .replace(notText, '');
  return Array.from(folded, (character) => separated(standalone(character))).join('');
}

/** A consonant pair as its two consonants: who types ㄱ and ㅅ as initials gets ㄳ. */
function separated(jamo: string): string {
  return vowels.includes(jamo) ? jamo : (compounds.get(jamo) ?? jamo);
}

/** A conjoining letter that has nothing to conjoin with, as the letter by itself. */
function standalone(character: string): string {
  const code = character.charCodeAt(0);
  if (code >= 0x1100 && code <= 0x1112) return initialConsonants[code - 0x1100] ?? character;
  if (code >= 0x1161 && code <= 0x1175) return vowels[code - 0x1161] ?? character;
  if (code >= 0x11a8 && code <= 0x11c2) return finalConsonants[code - 0x11a7] ?? character;
  return character;
}

import { compounds, decompose, finalConsonants, isSyllable } from './hangul.ts';
import { isInitial, type Pattern } from './pattern.ts';

/**
 * Consonants as they are typed without the vowels: ㅎㅁㄹ for 햄릿, where ㅁ ends the first syllable. Each syllable uses up
 * its initial consonant and may use up what it ends with.
 */
export interface ConsonantRun {
  readonly pattern: Pattern;
}

/** States are bits of one number. */
const longest = 30;

/** Two consonants are always two initials: with 할 for ㅎㄹ there would be no end of it. */
export function consonantRun(pattern: Pattern): ConsonantRun | undefined {
  const consonants = pattern.filter((element) => element.alone >= 0).length;
  return consonants < 3 || pattern.length > longest ? undefined : { pattern };
}

/** Where the syllable after the one that begins with element `at` may begin. */
export function nextStarts({ pattern }: ConsonantRun, at: number): number[] {
  const starts = [at + 1];
  if (!isConsonant(pattern, at) || !isConsonant(pattern, at + 1)) return starts;
  const [first, second] = [letter(pattern, at + 1), letter(pattern, at + 2)];
  if (finalConsonants.includes(first)) starts.push(at + 2);
  if (isConsonant(pattern, at + 2) && finals.has(first + second)) starts.push(at + 3);
  return starts;
}

/** Where a match that begins at `from` ends; −1 when none does. Follows all ways to read the consonants at once. */
export function endOfRun({ pattern }: ConsonantRun, units: Uint16Array, from: number): number {
  let states = 1;
  for (let at = from; states !== 0; at += 1) {
    states = step(pattern, states, units[at] ?? 0);
    if ((states & (1 << pattern.length)) !== 0) return at + 1;
  }
  return -1;
}

const pairs = Array.from(compounds, ([compound, letters]) => [letters, compound] as const);
const finals = new Set(pairs.filter(([, compound]) => finalConsonants.includes(compound)).map(([letters]) => letters));

/** By place of the final consonant, the letters that it is typed with. */
const lettersOfFinal = finalConsonants.map((final) =>
  Array.from(compounds.get(final) ?? final, (single) => single.charCodeAt(0)),
);

function step(pattern: Pattern, states: number, unit: number): number {
  const ending = isSyllable(unit) ? (lettersOfFinal[decompose(unit).final] ?? []) : [];
  let next = 0;
  for (let rest = states; rest !== 0; rest &= rest - 1) {
    const state = 31 - Math.clz32(rest & -rest);
    const element = pattern[state];
    if (element === undefined) continue;
    if ((unit < element.lowest || unit > element.highest) && unit !== element.alone) continue;
    next |= 1 << (state + 1);
    if (element.alone < 0) continue;
    for (const [at, code] of ending.entries()) {
      if (pattern[state + 1 + at]?.alone !== code) break;
      next |= 1 << (state + 2 + at);
    }
  }
  return next;
}

function isConsonant(pattern: Pattern, at: number): boolean {
  const element = pattern[at];
  return element !== undefined && isInitial(element) && element.alone >= 0;
}

function letter(pattern: Pattern, at: number): string {
  const code = pattern[at]?.alone ?? -1;
  return code < 0 ? '' : String.fromCharCode(code);
}

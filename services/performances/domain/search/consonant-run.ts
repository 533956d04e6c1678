import { compounds, decompose, finalConsonants, isSyllable } from './hangul.ts';
import type { Pattern } from './pattern.ts';

// States are bits of one number.
const longest = 30;

// Differs from −1, which an element has that is no consonant.
const noLetter = -2;

/** By place of the final consonant, the one or two letters that it is typed with. */
const finalLetters = finalConsonants.map((final) => compounds.get(final) ?? final);
const firstLetters = Int32Array.from(finalLetters, (typed) => (typed === '' ? noLetter : typed.charCodeAt(0)));
const secondLetters = Int32Array.from(finalLetters, (typed) => (typed.length < 2 ? noLetter : typed.charCodeAt(1)));

/** The first of the letters that the final consonant of a syllable is typed with; below 0 when it has none. */
export function firstOfFinal(code: number): number {
  return isSyllable(code) ? (firstLetters[decompose(code).final] ?? noLetter) : noLetter;
}

/**
 * Consonants as they are typed without the vowels: ㅎㅁㄹ for 햄릿, where ㅁ ends the first syllable. Each syllable uses up
 * its initial consonant and may use up what it ends with, so the consonants can be divided into syllables in many ways.
 */
export class ConsonantRun {
  readonly pattern: Pattern;
  /** By element: lowest, highest, alone. */
  readonly #ranges: Int32Array;

  private constructor(pattern: Pattern) {
    this.pattern = pattern;
    this.#ranges = Int32Array.from(pattern.flatMap(({ lowest, highest, alone }) => [lowest, highest, alone]));
  }

  /** Undefined for less than three consonants: two are always two initials, or ㅎㄹ would find everything with 할. */
  static of(pattern: Pattern): ConsonantRun | undefined {
    const consonants = pattern.filter(({ alone }) => alone >= 0).length;
    return consonants < 3 || pattern.length > longest ? undefined : new ConsonantRun(pattern);
  }

  /** The elements, from and before to, that one syllable may use up; ascending. */
  get divisions(): { from: number; to: number }[] {
    return this.pattern.flatMap((_, from) => this.#nextStarts(from).map((to) => ({ from, to })));
  }

  /** Where a match that begins at `from` ends; −1 when none does. Follows all divisions at once. */
  endOf(units: Uint16Array, from: number): number {
    const whole = 1 << this.pattern.length;
    let states = 1;
    for (let at = from; ; at += 1) {
      states = this.#step(states, units[at] ?? 0);
      if (states === 0) return -1;
      if ((states & whole) !== 0) return at + 1;
    }
  }

  #nextStarts(at: number): number[] {
    const [consonant, first, second] = [this.#alone(at), this.#alone(at + 1), this.#alone(at + 2)];
    if (consonant < 0 || first < 0) return [at + 1];
    const asFinal = firstLetters.includes(first) ? [at + 2] : [];
    const asPair = firstLetters.some((letter, final) => letter === first && secondLetters[final] === second);
    return [at + 1, ...asFinal, ...(asPair ? [at + 3] : [])];
  }

  #step(states: number, unit: number): number {
    const ranges = this.#ranges;
    let next = 0;
    for (let rest = states; rest !== 0; rest &= rest - 1) {
      const state = 31 - Math.clz32(rest & -rest);
      const range = 3 * state;
      const alone = ranges[range + 2] ?? -1;
      if ((unit < (ranges[range] ?? 0) || unit > (ranges[range + 1] ?? 0)) && unit !== alone) continue;
      next |= 1 << (state + 1);
      if (alone < 0 || !isSyllable(unit)) continue;
      const { final } = decompose(unit);
      if (this.#alone(state + 1) !== firstLetters[final]) continue;
      next |= 1 << (state + 2);
      if (this.#alone(state + 2) === secondLetters[final]) next |= 1 << (state + 3);
    }
    return next;
  }

  /** The consonant of an element; −1 for an element that is none. */
  #alone(element: number): number {
    return this.#ranges[3 * element + 2] ?? -1;
  }
}

import { type Bits, bitsFor, intersect, unite } from './bits.ts';
import { type ConsonantRun, firstOfFinal } from './consonant-run.ts';
import { initialOf } from './hangul.ts';
import { type Element, initialCount, initialOfElement, isExact, isInitial, type Pattern } from './pattern.ts';
import { PostingLists } from './posting-lists.ts';

/** Units that end an item of text, so that no gram reaches over its end. */
export const itemEnd = 0;

/** Slots that may match a pattern: all that do are among them. */
export interface Candidates {
  readonly bits: Bits;
  /** There are no others among them. */
  readonly exact: boolean;
}

/**
 * Which slots have a unit, two units in a row, an initial consonant, two of these in a row. A pattern longer than two
 * must then be looked for in the text of those that have all its grams.
 */
export class GramIndex {
  readonly #lists = new PostingLists();
  readonly #listOfGram = new Map<number, number>();

  /** @param units items, each closed by `itemEnd` */
  add(slot: number, units: Uint16Array, capacity: number): void {
    forEachGram(units, (gram) => {
      let list = this.#listOfGram.get(gram);
      if (list === undefined) {
        list = this.#lists.create();
        this.#listOfGram.set(gram, list);
      }
      this.#lists.add(list, slot, capacity);
    });
  }

  /** @param units as they were added */
  remove(slot: number, units: Uint16Array): void {
    forEachGram(units, (gram) => {
      const list = this.#listOfGram.get(gram);
      if (list === undefined) return;
      this.#lists.remove(list, slot);
      if (this.#lists.count(list) > 0) return;
      this.#lists.destroy(list);
      this.#listOfGram.delete(gram);
    });
  }

  /** As `candidates`, for all ways to divide the consonants into syllables in which some consonant ends one. */
  candidatesOfRun({ pattern, divisions }: ConsonantRun, capacity: number): Candidates {
    const bits = bitsFor(capacity);
    // By element: slots that have the grams of a way to a syllable that begins with it, without and with such an end.
    const open = [this.#slotsWithOne(single(elementAt(pattern, 0)), capacity)];
    const ended: Bits[] = [];
    for (const { from, to } of divisions) {
      const slots = (reached: Bits | undefined) =>
        reached && this.#withSyllable(reached.slice(), pattern, { from, to });
      const [plain, after] = [slots(open[from]), slots(ended[from])];
      if (plain !== undefined) join(to === from + 1 ? open : ended, to, plain);
      if (after !== undefined) join(ended, to, after);
    }
    const whole = ended[pattern.length];
    if (whole !== undefined) unite(bits, whole);
    return { bits, exact: false };
  }

  /** Of `bits` what has the syllable that uses up the elements from `from` to before `to`, and after it the next. */
  #withSyllable(bits: Bits, pattern: Pattern, { from, to }: { from: number; to: number }): Bits {
    const element = elementAt(pattern, from);
    const next = pattern[to];
    const groups = next === undefined ? [] : pair(element, next);
    const end = elementAt(pattern, to - 1).alone;
    if (to === from + 2) groups.push([closedGram(initialOfElement(element), end)]);
    for (const grams of groups) intersect(bits, this.#slotsWithOne(grams, bits.length << 5));
    return bits;
  }

  #slotsWithOne(grams: readonly number[], capacity: number): Bits {
    const bits = bitsFor(capacity);
    for (const gram of grams) {
      const list = this.#listOfGram.get(gram);
      if (list !== undefined) this.#lists.uniteInto(list, bits);
    }
    return bits;
  }

  /** Undefined when nothing can match. */
  candidates(pattern: Pattern, capacity: number): Candidates | undefined {
    const groups: number[][] = [];
    for (const grams of gramsOf(pattern)) {
      const lists = grams.map((gram) => this.#listOfGram.get(gram)).filter((list) => list !== undefined);
      if (lists.length === 0) return undefined;
      groups.push(lists);
    }
    const ascending = groups
      .map((lists) => ({ lists, count: lists.reduce((sum, list) => sum + this.#lists.count(list), 0) }))
      .toSorted((a, b) => a.count - b.count);
    let bits: Bits | undefined;
    for (const { lists } of ascending) {
      const group = bitsFor(capacity);
      for (const list of lists) this.#lists.uniteInto(list, group);
      if (bits === undefined) bits = group;
      else intersect(bits, group);
    }
    return bits && { bits, exact: gramsDecide(pattern) };
  }
}

/** Whether having the grams is matching: one unit, or two of the same sort. */
function gramsDecide(pattern: Pattern): boolean {
  const [first, second] = pattern;
  if (pattern.length > 2 || first === undefined) return false;
  return second === undefined || isInitial(first) === isInitial(second);
}

/** For each thing that the text must have, the grams of which one will do. */
function gramsOf(pattern: Pattern): number[][] {
  const [first, ...rest] = pattern;
  if (first === undefined) return [];
  if (rest.length === 0) return [single(first)];
  const groups: number[][] = [];
  let before = first;
  for (const element of rest) {
    groups.push(...pair(before, element));
    before = element;
  }
  return groups;
}

function single(element: Element): number[] {
  return isInitial(element) ? [initialGram(initialOfElement(element))] : codes(element);
}

function pair(a: Element, b: Element): number[][] {
  // Ranges are short where a syllable is being typed, and each unit of them is looked up.
  if (!isInitial(a) && !isInitial(b))
    return [codes(a).flatMap((left) => codes(b).map((right) => pairGram(left, right)))];
  const [left, right] = [initialOfElement(a), initialOfElement(b)];
  if (left < 0 || right < 0) return [single(a), single(b)];
  const both = [initialPairGram(left, right)];
  // The pair of initials is weak where the syllable itself is known.
  const known = [a, b].filter((element) => isExact(element)).map(single);
  return known.length === 0 ? [both] : [both, ...known];
}

function join(reached: Bits[], at: number, slots: Bits): void {
  const known = reached[at];
  if (known === undefined) reached[at] = slots;
  else unite(known, slots);
}

function elementAt(pattern: Pattern, at: number): Element {
  const element = pattern[at];
  if (element === undefined) throw new RangeError(`A pattern of ${pattern.length} has no element ${at}`);
  return element;
}

function codes({ lowest, highest }: Element): number[] {
  return Array.from({ length: highest - lowest + 1 }, (_, at) => lowest + at);
}

function forEachGram(units: Uint16Array, visit: (gram: number) => void): void {
  let before = itemEnd;
  let initialBefore = -1;
  for (const unit of units) {
    const initial = initialOf(unit);
    const final = firstOfFinal(unit);
    if (final > 0) visit(closedGram(initial, final));
    if (unit !== itemEnd) {
      visit(unit);
      if (before !== itemEnd) visit(pairGram(before, unit));
      if (initial >= 0) visit(initialGram(initial));
      if (initial >= 0 && initialBefore >= 0) visit(initialPairGram(initialBefore, initial));
    }
    before = unit;
    initialBefore = initial;
  }
}

// One key space: units are below 2^16, pairs above, initials below 0.
const pairGram = (left: number, right: number) => left * 0x1_0000 + right;
const initialGram = (initial: number) => -1 - initial;
/** A syllable by its initial consonant and the letter that its end begins with. */
const closedGram = (initial: number, final: number) => -0x1_0000 - final * initialCount - initial;
const initialPairGram = (left: number, right: number) => -1 - initialCount - left * initialCount - right;

/** What a viewer sees of a unit, as the image in Redis writes it. An offered unit is held. */
export const states = ['free', 'held', 'taken', 'blocked'] as const;
/** Index into `states`. */
export type State = 0 | 1 | 2 | 3;

/** What is known of a session beside its picture. */
export interface SessionUnits {
  readonly units: number;
  /** Of each unit the index of its grade, below 0 where nothing is ever sold. */
  readonly gradeOf: ArrayLike<number>;
  readonly grades: { readonly length: number };
}

/** The state of every unit of a session, and what is asked of it most: which are free, and how many of each grade. */
export class SeatStates {
  readonly units: number;
  /** Two bits a unit, the first unit in the highest bits of the first byte. */
  readonly bits: Uint8Array;
  /** A bit for each unit that is free: bit `unit & 31` of word `unit >>> 5`. */
  readonly free: Uint32Array;
  #gradeOf: ArrayLike<number>;
  #freeOfGrade: Int32Array;
  #heldOfGrade: Int32Array;

  /** Nothing is free yet. */
  constructor({ units, gradeOf, grades }: SessionUnits) {
    this.units = units;
    this.bits = new Uint8Array(Math.ceil(units / 4)).fill(0xff);
    this.free = new Uint32Array(Math.ceil(units / 32));
    this.#gradeOf = gradeOf;
    this.#freeOfGrade = new Int32Array(grades.length);
    this.#heldOfGrade = new Int32Array(grades.length);
  }

  get(unit: number): State {
    // Two bits have no other values.
    return (((this.bits[unit >> 2] ?? 0xff) >> shiftOf(unit)) & 3) as State;
  }

  /** Taken or blocked: it does not come back by waiting for a hold to end. */
  isGone(unit: number): boolean {
    return this.get(unit) >= 2;
  }

  /** @returns whether it was another; a unit that there is not is never changed */
  set(unit: number, state: State): boolean {
    const before = this.get(unit);
    if (before === state || unit >= this.units) return false;
    const shift = shiftOf(unit);
    this.bits[unit >> 2] = ((this.bits[unit >> 2] ?? 0) & ~(3 << shift)) | (state << shift);
    this.#count(unit, before, -1);
    this.#count(unit, state, 1);
    const mask = 1 << (unit & 31);
    const word = this.free[unit >>> 5] ?? 0;
    this.free[unit >>> 5] = state === 0 ? word | mask : word & ~mask;
    return true;
  }

  /** Takes a whole picture over, which ends early where nothing was ever written. @returns the units that changed */
  replace(bitmap: Uint8Array): number[] {
    const changed: number[] = [];
    for (const [at, byte] of this.bits.entries()) {
      const wanted = bitmap[at] ?? 0;
      if (byte === wanted) continue;
      for (let unit = at * 4; unit < at * 4 + 4; unit += 1) {
        // Two bits have no other values.
        if (this.set(unit, ((wanted >> shiftOf(unit)) & 3) as State)) changed.push(unit);
      }
    }
    return changed;
  }

  /** How many units of a grade are free. */
  freeOf(grade: number): number {
    return this.#freeOfGrade[grade] ?? 0;
  }

  /** How many units of a grade are held, and may be free again. */
  heldOf(grade: number): number {
    return this.#heldOfGrade[grade] ?? 0;
  }

  /** Whether the units and their division into grades are those of the session. */
  isOf({ units, gradeOf }: SessionUnits): boolean {
    return units === this.units && gradeOf === this.#gradeOf;
  }

  /** Another division into grades of the same units. */
  regrade({ gradeOf, grades }: SessionUnits): void {
    if (gradeOf === this.#gradeOf) return;
    this.#gradeOf = gradeOf;
    this.#freeOfGrade = new Int32Array(grades.length);
    this.#heldOfGrade = new Int32Array(grades.length);
    for (let unit = 0; unit < this.units; unit += 1) this.#count(unit, this.get(unit), 1);
  }

  #count(unit: number, state: State, by: 1 | -1) {
    if (state > 1) return;
    const counts = state === 0 ? this.#freeOfGrade : this.#heldOfGrade;
    const grade = this.#gradeOf[unit] ?? -1;
    const before = counts[grade];
    if (before !== undefined) counts[grade] = before + by;
  }
}

const shiftOf = (unit: number) => 6 - 2 * (unit & 3);

/** Units that could be given, and how bad it would be. */
export interface Choice {
  readonly cost: number;
  /** Ascending. */
  readonly units: readonly number[];
}

/** The least bad choices of those that were offered, in order: of equal cost the one with the lower units first. */
export class Shortlist {
  readonly #limit: number;
  readonly #choices: Choice[] = [];

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** What costs more than this has no chance. */
  get worst(): number {
    return this.#choices.length < this.#limit ? Infinity : (this.#choices.at(-1)?.cost ?? Infinity);
  }

  offer(cost: number, unitsInAnyOrder: () => number[]): void {
    if (cost > this.worst) return;
    const choice = { cost, units: unitsInAnyOrder().toSorted((one, other) => one - other) };
    const place = this.#choices.findIndex((other) => compare(choice, other) < 0);
    this.#choices.splice(place === -1 ? this.#choices.length : place, 0, choice);
    if (this.#choices.length > this.#limit) this.#choices.pop();
  }

  /** The best, then the best that shares no unit with those before, and so on. */
  disjoint(count: number): Choice[] {
    const taken = new Set<number>();
    const chosen: Choice[] = [];
    for (const choice of this.#choices) {
      if (chosen.length === count) break;
      if (choice.units.some((unit) => taken.has(unit))) continue;
      for (const unit of choice.units) taken.add(unit);
      chosen.push(choice);
    }
    return chosen;
  }
}

export function compare(one: Choice, other: Choice): number {
  if (one.cost !== other.cost) return one.cost - other.cost;
  for (const [index, unit] of one.units.entries()) {
    const difference = unit - (other.units[index] ?? unit);
    if (difference !== 0) return difference;
  }
  return 0;
}

import type { Load } from '../../services/reservation/waiting-room/index.ts';
import { exponential, type Random } from './crowd.ts';

export interface SaleOptions {
  readonly units: number;
  /** Holds a second that the servers carry. */
  readonly capacity: number;
  /** What they are trusted with before they are measured. @default the same */
  readonly trusted?: number | undefined;
  readonly random: Random;
}

/** Seconds from being let in to choosing seats, and from there to having paid. Means. */
const choosing = { least: 8, more: 22 };
const paying = 75;
/** A hold lapses after so many seconds when it is not paid. */
const holdSeconds = 420;
const pays = 0.8;
/** How many seats people want: two on average. */
const parties = [1, 2, 2, 2, 2, 3, 4, 1, 2, 1] as const;

/** People who were let in: they choose, hold, pay or not. Time goes in seconds. */
export class Sale {
  readonly #options: SaleOptions;
  /** What happens in which second: units that are wanted, paid, given back. */
  readonly #wanted = new Map<number, number[]>();
  readonly #paid = new Map<number, number[]>();
  readonly #lapsed = new Map<number, number[]>();
  free: number;
  held = 0;
  sold = 0;
  /** People who were let in and found too few seats. */
  tooLate = 0;
  /** Units that are asked for and not answered yet, by those who asked first. */
  #asked: number[] = [];
  #holds = 0;

  constructor(options: SaleOptions) {
    this.#options = options;
    this.free = options.units;
  }

  /** Somebody is let in. */
  letIn(second: number): void {
    const { random } = this.#options;
    const party = parties[Math.floor(random() * parties.length)] ?? 2;
    plan(this.#wanted, second + choosing.least + exponential(random, choosing.more), party);
  }

  step(second: number): void {
    for (const units of take(this.#lapsed, second)) {
      this.held -= units;
      this.free += units;
    }
    for (const units of take(this.#paid, second)) {
      this.held -= units;
      this.sold += units;
    }
    this.#asked.push(...take(this.#wanted, second));
    const answered = this.#asked.splice(0, this.#options.capacity);
    this.#holds = answered.length;
    for (const units of answered) this.#hold(second, units);
  }

  #hold(second: number, units: number) {
    if (this.free < units) {
      this.tooLate += 1;
      return;
    }
    const { random } = this.#options;
    this.free -= units;
    this.held += units;
    if (random() < pays) plan(this.#paid, second + Math.min(holdSeconds, exponential(random, paying)), units);
    else plan(this.#lapsed, second + holdSeconds, units);
  }

  /** What the controller is told. */
  get load(): Load {
    const { capacity, trusted = capacity } = this.#options;
    const used = this.#holds / capacity;
    // A server answers slowly only near its limit.
    const latencyMs = 20 / Math.max(0.02, 1 - used) + this.behindSeconds * 1_000;
    return {
      capacityPerSecond: trusted,
      carriedPerSecond: this.#asked.length > 0 ? this.#holds : undefined,
      holdsPerSecond: this.#holds,
      latencyMs,
      freeUnits: this.free,
      averageParty: 2,
      degraded: false,
    };
  }

  /** How long the last who asked waits for an answer. */
  get behindSeconds(): number {
    return this.#asked.length / this.#options.capacity;
  }

  /** Whether somebody still chooses or may still pay. */
  get busy(): boolean {
    return this.#asked.length + this.#wanted.size + this.#paid.size + this.#lapsed.size > 0;
  }
}

function plan(events: Map<number, number[]>, at: number, units: number) {
  const second = Math.ceil(at);
  const known = events.get(second);
  if (known) known.push(units);
  else events.set(second, [units]);
}

function take(events: Map<number, number[]>, second: number): readonly number[] {
  const due = events.get(second) ?? [];
  events.delete(second);
  return due;
}

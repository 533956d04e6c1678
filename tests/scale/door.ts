import { createHash } from 'node:crypto';
import { createSigning, type Holder } from '../../services/reservation/waiting-room/index.ts';
import type { Crowd } from './crowd.ts';

const sessionId = '00000000-0000-7000-9000-000000000001';

export interface DoorOptions {
  readonly crowd: Crowd;
  /** The person of the lobby with the number `n + 1` is at `n`. */
  readonly drawn: Uint32Array;
  /** Seconds of the simulated time. */
  readonly clock: () => number;
}

/** Gives places and passes as the routes do, and keeps count of what must never happen. */
export class Door {
  readonly #options: DoorOptions;
  readonly #signing;
  readonly #tokens: string[] = [];
  readonly #wasLetIn: Uint8Array;
  #latestArrival = -Infinity;
  issueMs = 0;
  checkMs = 0;
  readonly wrong = { twice: 0, overtaken: 0, withoutNumber: 0, refused: 0, stolen: 0 };

  constructor(options: DoorOptions) {
    this.#options = options;
    this.#wasLetIn = new Uint8Array(options.crowd.people);
    const keys = [createHash('sha256').update('a key of the simulation').digest()];
    this.#signing = createSigning({ keys, now: () => options.clock() * 1_000 });
  }

  /** How many numbers were given. */
  get issued(): number {
    return this.#tokens.length;
  }

  /** Gives numbers until so many have one. */
  issueUpTo(count: number): void {
    const startedAt = performance.now();
    while (this.#tokens.length < count) {
      const number = this.#tokens.length + 1;
      this.#tokens.push(this.#signing.issuePlace(this.#holderOf(this.#personOf(number)), number));
    }
    this.issueMs += performance.now() - startedAt;
  }

  /** Somebody's turn has come. @returns when they came, in seconds after the opening: 0 for those of the lobby */
  letIn(number: number): number {
    const { crowd } = this.#options;
    const person = this.#personOf(number);
    if (number > this.#tokens.length) this.wrong.withoutNumber += 1;
    if (this.#wasLetIn[person] !== 0) this.wrong.twice += 1;
    this.#wasLetIn[person] = 1;
    const came = number <= crowd.lobby ? 0 : (crowd.arrivals[person - crowd.lobby] ?? 0);
    if (came < this.#latestArrival) this.wrong.overtaken += 1;
    this.#latestArrival = came;
    return came;
  }

  /** The place is checked, a pass given, and the pass checked as with a hold. Each hundredth is tried by another too. */
  redeem(number: number): void {
    const startedAt = performance.now();
    const person = this.#personOf(number);
    const holder = this.#holderOf(person);
    const token = this.#tokens[number - 1] ?? '';
    const { pass } = this.#signing.issuePass(holder);
    const isGood = this.#signing.readPlace(token, holder) === number && this.#signing.verifyPass(pass, holder);
    if (!isGood) this.wrong.refused += 1;
    this.checkMs += performance.now() - startedAt;
    if (number % 100 !== 0) return;
    const thief = this.#holderOf(person + 1);
    if (this.#signing.readPlace(token, thief) !== undefined || this.#signing.verifyPass(pass, thief))
      this.wrong.stolen += 1;
  }

  /** Those who come later have their numbers in the order in which they came. */
  #personOf(number: number): number {
    const { crowd, drawn } = this.#options;
    return number <= crowd.lobby ? (drawn[number - 1] ?? -1) : number - 1;
  }

  #holderOf(person: number): Holder {
    return { sessionId, memberId: this.#options.crowd.memberOf(person) };
  }
}

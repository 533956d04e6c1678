import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Platform } from '../e2e/platform.ts';
import type { Answer, History, Person } from './history.ts';
import { signUpPatiently } from './patient-visitor.ts';
import type { PostOffice } from './post-office.ts';

/** Enough to have every step of a sign-up under way at any moment. One in four is impatient. */
const visitors = [true, true, true, false];
const pauseMs = 250;

/** People who sign up one after the other, several at once, until it is stopped. */
export class Crowd {
  readonly #people: Person[] = [];
  readonly #answers: Answer[] = [];
  readonly #prefix: string;
  readonly #platform: Platform;
  readonly #post: PostOffice;
  #stopping = false;
  #running: Promise<unknown> | undefined;

  constructor(platform: Platform, post: PostOffice) {
    this.#platform = platform;
    this.#post = post;
    this.#prefix = `crowd-${randomUUID().slice(0, 8)}-`;
  }

  /** What the addresses of this crowd begin with, and nobody else's. */
  get prefix(): string {
    return this.#prefix;
  }

  start(): void {
    this.#running = Promise.all(visitors.map((patient) => this.#keepComing(patient)));
    // It is awaited at the end; a failure before that is not unhandled.
    this.#running.catch(() => undefined);
  }

  get history(): History {
    const letters = this.#post.letters.filter(({ to }) => to.startsWith(this.#prefix));
    return { people: this.#people, answers: this.#answers, letters };
  }

  membersSince(moment: number): number {
    return this.#people.filter(({ end, startedAt }) => end === 'member' && startedAt >= moment).length;
  }

  /** A single visitor, who does not try anything twice. */
  async oneImpatient(): Promise<void> {
    await this.#visit(false);
  }

  /** Nobody else comes; those who are here finish. */
  async stop(): Promise<void> {
    this.#stopping = true;
    await this.#running;
  }

  async #keepComing(patient: boolean): Promise<void> {
    while (!this.#stopping) {
      const { end } = await this.#visit(patient);
      // Whoever walked away is not followed by a thousand others in the same second.
      if (end === 'left') await delay(pauseMs);
    }
  }

  async #visit(patient: boolean): Promise<Person> {
    const { gateway } = this.#platform;
    const note = (answer: Answer) => void this.#answers.push(answer);
    const email = `${this.#prefix}${patient ? 'patient' : 'hasty'}-${randomUUID()}@example.com`;
    const person = await signUpPatiently(email, { gateway, post: this.#post, note, patient });
    this.#people.push(person);
    return person;
  }
}

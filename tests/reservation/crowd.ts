import { setTimeout as delay } from 'node:timers/promises';
import type { ScenarioChange } from '@ticketaka/local/toss/scenario';
import { newId } from '@ticketaka/platform/ids';
import type { Customer } from './customer.ts';
import type { Attempt } from './history.ts';

export interface CrowdOptions {
  readonly sessionIds: readonly string[];
  readonly units: number;
  /** How many come at once. */
  readonly visitors: number;
  /** Somebody who comes, at one of the replicas. */
  readonly customer: () => Customer;
  /** The buyer agrees to pay. */
  readonly authorise: (order: { readonly orderId: string; readonly amount: number }, how?: ScenarioChange) => string;
  /** How payments go besides well, each with the share of its name in the list. */
  readonly payments?: readonly (ScenarioChange | undefined)[];
  /** @default 0.25 */
  readonly cancels?: number;
}

/** How often one repeats what may have happened, with the same key. */
const patience = 60;
const pauseMs = 250;

/** People who come one after the other, several at once: they hold, change their minds, pay, cancel. */
export class Crowd {
  readonly #options: CrowdOptions;
  #stopping = false;
  #running: Promise<unknown> | undefined;
  bought = 0;
  visits = 0;

  constructor(options: CrowdOptions) {
    this.#options = options;
  }

  start(): this {
    this.#running = Promise.all(Array.from({ length: this.#options.visitors }, () => this.#keepComing()));
    // It is awaited at the end; a failure before that is not unhandled.
    this.#running.catch(() => undefined);
    return this;
  }

  /** Nobody else comes; those who are here finish. */
  async stop(): Promise<void> {
    this.#stopping = true;
    await this.#running;
  }

  async #keepComing() {
    while (!this.#stopping) {
      await this.#visit();
      this.visits += 1;
    }
  }

  async #visit() {
    const { customer, authorise, payments = [undefined], cancels = 0.25 } = this.#options;
    const somebody = customer();
    const held = await this.#hold(somebody);
    if (!held) return;
    const mood = Math.random();
    if (mood < 0.15) return await somebody.release(held);
    if (mood < 0.3) await somebody.extend(held);
    const orderId = held.payment?.orderId;
    const how = pick(payments);
    const paymentKey = orderId === undefined ? undefined : authorise({ orderId, amount: held.total }, how);
    const key = newId();
    const booked = await persist(somebody, () => somebody.book(held, paymentKey, key));
    if (booked?.state !== 'CONFIRMED') return;
    this.bought += 1;
    if (Math.random() >= cancels) return;
    const tickets = booked.tickets.map(({ id }) => id);
    const some = Math.random() < 0.5 ? undefined : tickets.slice(0, 1);
    const cancelKey = newId();
    await persist(somebody, () => somebody.cancel(booked, some, cancelKey));
  }

  async #hold(somebody: Customer) {
    const { sessionIds, units } = this.#options;
    const sessionId = pick(sessionIds) ?? '';
    const count = 1 + Math.floor(Math.random() * 3);
    const first = Math.floor(Math.random() * (units - count));
    const seats = Array.from({ length: count }, (_, index) => first + index);
    const key = newId();
    return await persist(somebody, () => somebody.hold({ sessionId, seats }, key));
  }
}

/** Repeats it with its key for as long as there is no clear answer. */
async function persist<T>(somebody: Customer, work: () => Promise<T | undefined>): Promise<T | undefined> {
  for (let turn = 0; turn < patience; turn += 1) {
    const done = await work();
    if (done !== undefined || !isUnclear(somebody.last)) return done;
    await delay(pauseMs * (0.5 + Math.random()));
  }
  return undefined;
}

function isUnclear(outcome: Attempt['outcome'] | undefined): boolean {
  if (outcome?.kind === 'refused') return outcome.status >= 500 || outcome.code === 'idempotency_in_progress';
  return outcome?.kind === 'unknown';
}

function pick<T>(list: readonly T[]): T | undefined {
  return list[Math.floor(Math.random() * list.length)];
}

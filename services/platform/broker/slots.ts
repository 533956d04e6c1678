interface Waiter {
  readonly resolve: () => void;
  next?: Waiter;
}

/** A counting semaphore, first come first served. */
export class Slots {
  #free: number;
  // A list, since taking the first of a long array moves all the others.
  #first: Waiter | undefined;
  #last: Waiter | undefined;

  constructor(count: number) {
    this.#free = count;
  }

  /** Resolves with the function that gives the slot back. */
  async take(): Promise<() => void> {
    if (this.#free > 0) this.#free -= 1;
    else await new Promise<void>((resolve) => this.#wait({ resolve }));
    return () => {
      const waiter = this.#first;
      if (waiter) {
        // The slot goes from hand to hand, so that a newcomer cannot overtake.
        this.#first = waiter.next;
        waiter.resolve();
      } else this.#free += 1;
    };
  }

  #wait(waiter: Waiter) {
    if (this.#first && this.#last) this.#last.next = waiter;
    else this.#first = waiter;
    this.#last = waiter;
  }
}

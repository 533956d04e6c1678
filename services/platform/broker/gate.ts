/**
 * Lets callers through while it is open. While it is closed they wait, but no longer than `patienceMs` after it closed:
 * the first callers of an outage ride out a short one, later ones fail at once.
 */
export class Gate {
  readonly #patienceMs: number;
  readonly #waiting = new Set<(open: boolean) => void>();
  #closedAt: number | undefined = performance.now();

  constructor(patienceMs: number) {
    this.#patienceMs = patienceMs;
  }

  open(): void {
    this.#closedAt = undefined;
    for (const settle of this.#waiting) settle(true);
  }

  close(): void {
    this.#closedAt ??= performance.now();
  }

  /** Closes, and fails everyone who waits or will. */
  closeForEver(): void {
    this.#closedAt = Number.NEGATIVE_INFINITY;
    for (const settle of this.#waiting) settle(false);
  }

  /** Resolves with false when patience ran out. */
  async pass(): Promise<boolean> {
    if (this.#closedAt === undefined) return true;
    const left = this.#closedAt + this.#patienceMs - performance.now();
    if (left <= 0) return false;
    return await new Promise((resolve) => {
      const settle = (open: boolean) => {
        clearTimeout(timer);
        this.#waiting.delete(settle);
        resolve(open);
      };
      const timer = setTimeout(settle, left, false);
      this.#waiting.add(settle);
    });
  }
}

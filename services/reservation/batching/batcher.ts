/** @returns a result for each, in their order; or rejects when none of it happened */
export type RunBatch<Op, Result> = (ops: readonly Op[]) => Promise<readonly Result[]>;

export interface BatcherOptions<Op, Result> {
  readonly run: RunBatch<Op, Result>;
  /** @default 64 */
  readonly max?: number;
  /** Whether an error would meet each of them as well: then they are not tried by halves. */
  readonly isHopeless: (error: unknown) => boolean;
}

interface Waiting<Op, Result> {
  readonly op: Op;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Lets callers share a commit. While one batch is being written the next one gathers, so a batch is as large as the
 * crowd: one caller waits for nobody, and a thousand wait for a few commits. A batch that fails is tried by halves, so
 * that one poisoned caller costs the others nothing but time.
 *
 * It only makes things fast: two of them, in two processes, are as right as one.
 */
export class Batcher<Op, Result> {
  readonly #options: BatcherOptions<Op, Result>;
  #waiting: Waiting<Op, Result>[] = [];
  #running: Promise<void> | undefined;

  constructor(options: BatcherOptions<Op, Result>) {
    this.#options = options;
  }

  submit(op: Op): Promise<Result> {
    const { promise, resolve, reject } = Promise.withResolvers<Result>();
    this.#waiting.push({ op, resolve, reject });
    this.#running ??= this.#drain();
    return promise;
  }

  /** Whether nobody waits. */
  get idle(): boolean {
    return this.#running === undefined;
  }

  async #drain(): Promise<void> {
    // What arrives in this turn of the event loop goes along.
    await new Promise(setImmediate);
    const { max = 64 } = this.#options;
    while (this.#waiting.length > 0) await this.#run(this.#waiting.splice(0, max));
    this.#running = undefined;
  }

  async #run(batch: readonly Waiting<Op, Result>[]): Promise<void> {
    try {
      const results = await this.#options.run(batch.map(({ op }) => op));
      for (const [index, { resolve, reject }] of batch.entries()) {
        const result = results[index];
        if (result === undefined) reject(new Error('a batch has fewer results than callers'));
        else resolve(result);
      }
    } catch (error) {
      if (batch.length === 1 || this.#options.isHopeless(error)) {
        for (const { reject } of batch) reject(error);
        return;
      }
      const half = Math.ceil(batch.length / 2);
      await this.#run(batch.slice(0, half));
      await this.#run(batch.slice(half));
    }
  }
}

/** A batcher for each key, for as long as somebody waits in it. */
export class KeyedBatcher<Op, Result> {
  readonly #options: Omit<BatcherOptions<Op, Result>, 'run'>;
  readonly #run: (key: string, ops: readonly Op[]) => Promise<readonly Result[]>;
  readonly #batchers = new Map<string, Batcher<Op, Result>>();

  constructor(
    run: (key: string, ops: readonly Op[]) => Promise<readonly Result[]>,
    options: Omit<BatcherOptions<Op, Result>, 'run'>,
  ) {
    this.#run = run;
    this.#options = options;
  }

  async submit(key: string, op: Op): Promise<Result> {
    let batcher = this.#batchers.get(key);
    if (!batcher) {
      batcher = new Batcher({ ...this.#options, run: (ops) => this.#run(key, ops) });
      this.#batchers.set(key, batcher);
    }
    try {
      return await batcher.submit(op);
    } finally {
      if (batcher.idle && this.#batchers.get(key) === batcher) this.#batchers.delete(key);
    }
  }
}

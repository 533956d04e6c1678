/** Does one thing at a time for each key. Who asks while it is being done is served by the next time, all together. */
export class OneAtATime {
  readonly #work: (key: string) => Promise<void>;
  readonly #running = new Map<string, { readonly done: Promise<void>; next: Promise<void> | undefined }>();

  constructor(work: (key: string) => Promise<void>) {
    this.#work = work;
  }

  /** Resolves when it was done once, from beginning to end, since this call. */
  run(key: string): Promise<void> {
    const running = this.#running.get(key);
    if (running) {
      running.next ??= running.done.catch(() => undefined).then(() => this.run(key));
      return running.next;
    }
    const done = this.#work(key).finally(() => this.#running.delete(key));
    this.#running.set(key, { done, next: undefined });
    return done;
  }
}

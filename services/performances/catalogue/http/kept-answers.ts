import type { ResponseSpec } from '@ticketaka/platform/contract';
import type { PreparedBody } from '@ticketaka/platform/http';
import { LRUCache } from 'lru-cache';

const most = 2_000;
const mostBytes = 32_000_000;

/** Answers that are asked for again and again, ready to be sent, for as long as what they were made of stays as it is. */
export class KeptAnswers<Spec extends ResponseSpec> {
  readonly #bodies = new LRUCache<string, PreparedBody<Spec>>({
    max: most,
    maxSize: mostBytes,
    // With what it takes compressed.
    sizeCalculation: ({ identity }) => Math.ceil(identity.length * 1.5),
  });
  #of: string | undefined;

  /** @param of names what all answers are made of: with another name those that were kept are forgotten */
  get({ key, of }: { readonly key: string; readonly of: string }, make: () => PreparedBody<Spec>): PreparedBody<Spec> {
    if (this.#of !== of) this.#bodies.clear();
    this.#of = of;
    const known = this.#bodies.get(key);
    if (known) return known;
    const made = make();
    this.#bodies.set(key, made);
    return made;
  }
}

import { type Answer, errorAnswer } from './errors.ts';

/**
 * Answers by idempotency key, path and method, whatever the body: the second request with a key is answered as the first
 * was, errors included. While the first is at work the second is told so.
 */
export class Idempotency {
  readonly #answers = new Map<string, Answer | 'processing'>();

  /** @returns the answer, or undefined when the request is the first; then it must be settled */
  begin(id: string | undefined): Answer | undefined {
    if (id === undefined) return undefined;
    const known = this.#answers.get(id);
    if (known === 'processing') return errorAnswer('IDEMPOTENT_REQUEST_PROCESSING');
    if (known === undefined) this.#answers.set(id, 'processing');
    return known;
  }

  settle(id: string | undefined, answer: Answer): void {
    if (id !== undefined) this.#answers.set(id, answer);
  }
}

import { type MessageSummary, type StoredMessage, summaryOf } from './stored-message.ts';

const defaultCapacity = 500;

/** The last messages, in memory: the newest first, the oldest forgotten when it is full. */
export class Mailbox {
  readonly #capacity: number;
  readonly #messages = new Map<string, StoredMessage>();
  readonly #read = new Set<string>();
  readonly #listeners = new Set<() => void>();

  constructor(capacity = defaultCapacity) {
    this.#capacity = capacity;
  }

  get total(): number {
    return this.#messages.size;
  }

  get unread(): number {
    return this.#messages.size - this.#read.size;
  }

  add(message: StoredMessage): void {
    this.#messages.set(message.id, message);
    const [oldest] = this.#messages.keys();
    if (this.#messages.size > this.#capacity && oldest !== undefined) this.#forget(oldest);
    this.#changed();
  }

  /** By its id, or `latest`. */
  get(id: string): StoredMessage | undefined {
    return id === 'latest' ? [...this.#messages.values()].at(-1) : this.#messages.get(id);
  }

  list(): StoredMessage[] {
    return [...this.#messages.values()].toReversed();
  }

  isRead(id: string): boolean {
    return this.#read.has(id);
  }

  summary(message: StoredMessage): MessageSummary {
    return summaryOf(message, this.isRead(message.id));
  }

  /** @param ids none means all */
  mark(ids: readonly string[], read: boolean): void {
    for (const id of ids.length > 0 ? ids : this.#messages.keys()) {
      if (read && this.#messages.has(id)) this.#read.add(id);
      else this.#read.delete(id);
    }
    this.#changed();
  }

  /** @param ids none means all */
  delete(ids: readonly string[]): void {
    for (const id of ids.length > 0 ? ids : [...this.#messages.keys()]) this.#forget(id);
    this.#changed();
  }

  /** Calls back at every change, until the returned function is called. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #forget(id: string): void {
    this.#messages.delete(id);
    this.#read.delete(id);
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }
}

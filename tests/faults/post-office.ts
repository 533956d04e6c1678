import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import type { Letter } from './history.ts';

const page = z.object({
  messages: z.array(
    z.object({
      ID: z.string(),
      MessageID: z.string(),
      To: z.array(z.object({ Address: z.string() })),
      Snippet: z.string(),
    }),
  ),
});

const pageSize = 100;
const everyMs = 150;

/**
 * Collects what arrives in the SMTP sandbox as it arrives, since the sandbox keeps it in memory and may be killed. One
 * reader for everybody: many who each ask for their own mail would be a load of their own.
 */
export class PostOffice {
  readonly letters: Letter[] = [];
  readonly #sandbox: string;
  readonly #known = new Set<string>();
  readonly #closing = new AbortController();
  #reading: Promise<void> | undefined;

  constructor(sandbox: string) {
    this.#sandbox = sandbox;
  }

  open(): this {
    this.#reading = this.#run();
    return this;
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#reading;
  }

  /** Resolves when everything that has arrived until now is in {@link letters}. */
  async catchUp(): Promise<void> {
    await this.#collect();
  }

  /** Codes for the address, the last to arrive first. */
  codes(email: string): string[] {
    return this.letters.flatMap(({ to, code }) => (to === email && code !== undefined ? [code] : [])).toReversed();
  }

  async #run(): Promise<void> {
    const { signal } = this.#closing;
    while (!signal.aborted) {
      // It may be the one that was killed; it will be back.
      await this.#collect().catch(() => undefined);
      await delay(everyMs, undefined, { signal }).catch(() => undefined);
    }
  }

  /** Newest first, page by page, down to the first that is known. */
  async #collect(): Promise<void> {
    const fresh: z.output<typeof page>['messages'] = [];
    for (let start = 0; ; start += pageSize) {
      const response = await fetch(`${this.#sandbox}/api/v1/messages?start=${start}&limit=${pageSize}`);
      const { messages } = page.parse(await response.json());
      const unknown = messages.filter(({ ID }) => !this.#known.has(ID));
      fresh.push(...unknown);
      if (unknown.length < pageSize) break;
    }
    for (const { ID, MessageID, To, Snippet } of fresh.toReversed()) {
      if (this.#known.has(ID)) continue;
      this.#known.add(ID);
      const [code] = /\b\d{6}\b/.exec(Snippet) ?? [];
      const messageId = MessageID.replaceAll(/[<>]/g, '');
      for (const { Address } of To) this.letters.push({ messageId, to: Address, code });
    }
  }
}

import { waitFor } from '@ticketaka/platform/testing';
import { z } from 'zod';

const list = z.object({ messages: z.array(z.object({ ID: z.string(), Subject: z.string() })) });
const mail = z.object({
  ID: z.string(),
  Subject: z.string(),
  Text: z.string(),
  HTML: z.string(),
  MessageID: z.string(),
  Inline: z.array(z.object({ PartID: z.string(), ContentType: z.string() })),
});
export type Mail = z.output<typeof mail>;

/** What arrived for an address, read from the SMTP sandbox as a person would. */
export class Mailbox {
  readonly #sandbox: string;
  readonly #address: string;
  readonly #read = new Set<string>();

  constructor(sandbox: string, address: string) {
    this.#sandbox = sandbox;
    this.#address = address;
  }

  /** Waits for a mail that was not taken before and whose text matches. */
  async take(matching: RegExp, timeoutMs = 15_000): Promise<Mail> {
    const what = `a mail to ${this.#address} that matches ${matching.source}`;
    const found = await waitFor(() => this.#find(matching), { what, timeoutMs });
    this.#read.add(found.ID);
    return found;
  }

  /** Waits for a mail with a six-digit code. */
  async takeCode(timeoutMs?: number): Promise<string> {
    const { Text } = await this.take(/\b\d{6}\b/, timeoutMs);
    return /\b\d{6}\b/.exec(Text)?.[0] ?? '';
  }

  /** The pictures that stand in a mail. */
  async pictures({ ID, Inline }: Mail): Promise<Uint8Array[]> {
    return await Promise.all(
      Inline.map(async ({ PartID }) => {
        const response = await fetch(`${this.#sandbox}/api/v1/message/${ID}/part/${PartID}`);
        return await response.bytes();
      }),
    );
  }

  async all(): Promise<Mail[]> {
    const query = new URLSearchParams({ query: `to:${this.#address}`, limit: '100' });
    const { messages } = list.parse(await this.#get(`/api/v1/search?${query.toString()}`));
    return await Promise.all(messages.map(async ({ ID }) => mail.parse(await this.#get(`/api/v1/message/${ID}`))));
  }

  async #find(matching: RegExp): Promise<Mail | undefined> {
    return (await this.all()).find(
      ({ ID, Text, Subject }) => !this.#read.has(ID) && matching.test(`${Subject}\n${Text}`),
    );
  }

  async #get(path: string): Promise<unknown> {
    const response = await fetch(this.#sandbox + path);
    return await response.json();
  }
}

import { emailRealtime } from '@ticketaka/mail/api';
import type { MessageData } from '@ticketaka/platform/contract';
import { type TestBroker, waitFor } from '@ticketaka/platform/testing';
import { z } from 'zod';

export interface Mail {
  readonly id: string;
  readonly data: MessageData<typeof emailRealtime>;
}

const Envelope = z.object({ id: z.string(), data: emailRealtime.data });

/** What is to be mailed, as the mail service would take it. */
export class Mails {
  readonly #broker: TestBroker;
  readonly #seen: Mail[] = [];

  constructor(broker: TestBroker) {
    this.#broker = broker;
  }

  /** All so far to a member, the oldest first. */
  async to(memberId: string): Promise<readonly Mail[]> {
    for (const { body } of await this.#broker.take('email.realtime')) {
      this.#seen.push(Envelope.parse(JSON.parse(body)));
    }
    return this.#seen.filter(({ data }) => data.to.address === `${memberId}@example.com`);
  }

  /** The e-mails of a template to a member, when there are so many. */
  async of(memberId: string, name: Mail['data']['template']['name'], count = 1): Promise<readonly Mail['data'][]> {
    return await waitFor(
      async () => {
        const found = (await this.to(memberId)).filter(({ data }) => data.template.name === name);
        return found.length >= count ? found.map(({ data }) => data) : undefined;
      },
      { timeoutMs: 30_000, what: `${count} e-mails ${name}` },
    );
  }
}

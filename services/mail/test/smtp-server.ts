import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import PostalMime, { type Email as ParsedEmail } from 'postal-mime';
import { SMTPServer } from 'smtp-server';

/** What the server answers for one attempt, besides taking it. */
export type Answer = 'hang' | `${4 | 5}${string}`;

export interface ReceivedMail {
  readonly envelopeFrom: string;
  readonly recipients: readonly string[];
  readonly raw: string;
  readonly parsed: ParsedEmail;
}

/** An SMTP server that keeps what it gets, and answers by a script for each address. */
export class TestSmtpServer {
  readonly received: ReceivedMail[] = [];
  /** By recipient, one answer for each attempt; then everything is taken. */
  readonly script = new Map<string, Answer[]>();
  attempts = 0;
  #server: SMTPServer | undefined;
  #port = 0;

  get url(): string {
    return `smtp://127.0.0.1:${this.#port}`;
  }

  async start(): Promise<void> {
    const server = new SMTPServer({
      disabledCommands: ['AUTH', 'STARTTLS'],
      closeTimeout: 1,
      onRcptTo: ({ address }, _session, callback) => {
        this.attempts += 1;
        const answer = this.script.get(address)?.shift();
        if (answer === undefined) callback();
        else if (answer !== 'hang') callback(refusal(answer));
      },
      onData: (stream, { envelope: { mailFrom, rcptTo } }, callback) => {
        void this.#keep(stream, {
          envelopeFrom: mailFrom ? mailFrom.address : '',
          recipients: rcptTo.map(({ address }) => address),
        }).finally(callback);
      },
    });
    // Clients that go away in the middle are part of the tests.
    server.on('error', () => undefined);
    server.listen(this.#port, '127.0.0.1');
    await once(server.server, 'listening');
    this.#port = (server.server.address() as AddressInfo).port;
    this.#server = server;
  }

  async #keep(stream: Readable, envelope: Pick<ReceivedMail, 'envelopeFrom' | 'recipients'>) {
    const raw = await text(stream).catch(() => undefined);
    if (raw === undefined) return;
    this.received.push({ ...envelope, raw, parsed: await PostalMime.parse(raw) });
  }

  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (server) await new Promise<void>((resolve) => server.close(() => resolve()));
  }

  /** The mails to one address. */
  to(address: string): readonly ReceivedMail[] {
    return this.received.filter(({ recipients }) => recipients.includes(address));
  }
}

function refusal(answer: string) {
  const responseCode = Number(answer.slice(0, 3));
  return Object.assign(new Error(answer.slice(4)), { responseCode });
}

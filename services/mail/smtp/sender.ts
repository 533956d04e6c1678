import type { Health } from '@ticketaka/platform/lifecycle';
import type { Logger } from '@ticketaka/platform/log';
import { createTransport } from 'nodemailer';
import type { Outcome } from '../domain/delivery.ts';
import type { Picture } from '../domain/picture.ts';
import type { Mailbox } from './mailbox.ts';
import { outcomeOf } from './outcome.ts';

/** An e-mail to one person, written and addressed. */
export interface OutgoingEmail {
  /** Without angle brackets; the same for every attempt, so that receivers can drop a second copy. */
  readonly messageId: string;
  readonly to: Mailbox;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly locale: string;
  /** Shown in the HTML part, and attached. */
  readonly pictures: readonly Picture[];
}

export interface SenderOptions {
  /** `smtp://user:password@host:port`, or `smtps://`; nodemailer's options may follow as a query. */
  readonly url: string;
  readonly from: Mailbox;
  readonly log: Logger;
  readonly health?: Health | undefined;
  /** Connections at once. @default 5 */
  readonly connections?: number | undefined;
  readonly timeouts?: Partial<Timeouts> | undefined;
}

/** In milliseconds. */
interface Timeouts {
  /** To connect, and for the greeting. @default 10 000 */
  readonly connectMs: number;
  /** Of silence. Servers may think for long after the last line. @default 60 000 */
  readonly silenceMs: number;
}

export interface Sender {
  /** Hands one e-mail over, in this time at most. Never rejects: whatever goes wrong is an outcome. */
  send(email: OutgoingEmail, seconds: number): Promise<Outcome>;
  close(): void;
}

/** Sends by SMTP over a pool of connections, which are made when they are needed. */
export function createSender({ url, from, log, health, connections = 5, timeouts = {} }: SenderOptions): Sender {
  const { connectMs = 10_000, silenceMs = 60_000 } = timeouts;
  const transport = createTransport({
    url,
    pool: true,
    maxConnections: connections,
    // The schedule of the e-mail decides when to try again.
    maxRequeues: 0,
    connectionTimeout: connectMs,
    greetingTimeout: connectMs,
    dnsTimeout: connectMs,
    socketTimeout: silenceMs,
    // Ended by us before its silence counts as the server's.
    idleTimeout: silenceMs / 2,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  // Each loss is told by the e-mail it happened to.
  transport.on('error', (error) => log.debug({ err: error }, 'SMTP connection failed'));
  health?.declare('smtp', { vital: false });
  health?.set('smtp', 'up');
  let lost = false;

  function observe(outcome: Outcome) {
    // That it kept silent about one e-mail says nothing about the next.
    if (outcome.kind === 'deferred' && outcome.server === 'silent') return;
    const away = outcome.kind === 'deferred' && outcome.server === 'away';
    if (away === lost) return;
    lost = away;
    if (away) {
      health?.set('smtp', 'down', outcome.reason);
      log.warn({ reason: outcome.reason }, 'SMTP server lost, e-mails wait until it is back');
    } else {
      health?.set('smtp', 'up');
      log.info('SMTP server found again');
    }
  }

  return {
    async send(email, seconds) {
      const outcome = await attempt(email, AbortSignal.timeout(seconds * 1_000));
      observe(outcome);
      return outcome;
    },
    close: () => transport.close(),
  };

  async function attempt(email: OutgoingEmail, signal: AbortSignal): Promise<Outcome> {
    const { messageId, to, subject, text, html, locale, pictures } = email;
    try {
      await transport.sendMail({
        // Objects and plain strings only: a string with a comma would be two recipients, an object {path} a file.
        from: { name: from.name, address: from.address },
        to: { name: to.name, address: to.address },
        envelope: { from: from.address, to: [to.address] },
        messageId: `<${messageId}>`,
        subject,
        text,
        html,
        attachments: [...pictures.map(inline), ...pictures.map(attached)],
        headers: { 'Auto-Submitted': 'auto-generated', 'Content-Language': locale },
        signal,
      });
      return { kind: 'accepted' };
    } catch (error) {
      return outcomeOf(error);
    }
  }
}

/** Beside the HTML part in multipart/related (RFC 2387), which names it by its Content-ID. */
function inline(picture: Picture) {
  return { ...attached(picture), cid: picture.contentId, contentDisposition: 'inline' as const };
}

/** Once more in multipart/mixed: many clients offer nothing to save of what they show. */
function attached({ file, png }: Picture) {
  const content = Buffer.from(png);
  return { filename: file, content, contentType: 'image/png', contentDisposition: 'attachment' as const };
}

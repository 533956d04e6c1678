import { timingSafeEqual } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { callbackify } from 'node:util';
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from 'smtp-server';
import { type Chaos, obey } from './chaos.ts';
import type { Mailbox } from './mailbox.ts';
import { parseMessage } from './stored-message.ts';

export interface SmtpOptions {
  readonly user: string;
  readonly password: string;
  readonly mailbox: Mailbox;
  readonly chaos: Chaos;
}

const maxMessageBytes = 10 * 1024 * 1024;

/** An SMTP server that accepts every mail of the one user it knows, and delivers none. */
export function createSmtpServer({ user, password, mailbox, chaos }: SmtpOptions): SMTPServer {
  const step = callbackify((name: 'connect' | 'sender' | 'recipient') => obey(chaos, name));
  const deliver = callbackify(async (stream: SMTPServerDataStream, { envelope }: SMTPServerSession) => {
    const received = new Date();
    const raw = await buffer(stream);
    // The server refuses it by itself.
    if (stream.sizeExceeded) return '';
    await obey(chaos, 'data');
    const message = await parseMessage(
      raw,
      {
        sender: envelope.mailFrom === false ? '' : envelope.mailFrom.address,
        recipients: envelope.rcptTo.map(({ address }) => address),
        username: user,
      },
      received,
    );
    mailbox.add(message);
    return `queued as ${message.id}`;
  });
  return new SMTPServer({
    name: 'localhost',
    banner: 'Ticketaka mail sandbox',
    // On loopback: a certificate would have to be trusted by hand and protect nothing.
    disabledCommands: ['STARTTLS'],
    allowInsecureAuth: true,
    disableReverseLookup: true,
    size: maxMessageBytes,
    rejectOversized: true,
    closeTimeout: 200,
    onConnect: (_session, callback) => step('connect', callback),
    onAuth: (given, _session, callback) => {
      if (isSame(given.username, user) && isSame(given.password, password)) callback(null, { user });
      else callback(Object.assign(new Error('Invalid username or password'), { responseCode: 535 }));
    },
    onMailFrom: (_address, _session, callback) => step('sender', callback),
    onRcptTo: (_address, _session, callback) => step('recipient', callback),
    onData: (stream, session, callback) => deliver(stream, session, callback),
  });
}

function isSame(given: string | null | undefined, wanted: string): boolean {
  const [a, b] = [Buffer.from(given ?? ''), Buffer.from(wanted)];
  return a.length === b.length && timingSafeEqual(a, b);
}

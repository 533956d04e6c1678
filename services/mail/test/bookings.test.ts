import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '@ticketaka/platform/ids';
import { waitFor } from '@ticketaka/platform/testing';
import type { Attachment } from 'postal-mime';
import { type Email, emailRealtime } from '../api.ts';
import { bookings, largestConfirmation, tickets } from './bookings.ts';
import { type OwnMail, someone, startMailWithServers } from './mail-fixture.ts';
import { readQr } from './read-qr.ts';
import type { ReceivedMail } from './smtp-server.ts';

let mail: OwnMail;

beforeAll(async () => {
  mail = await startMailWithServers();
}, 60_000);
afterAll(() => mail[Symbol.asyncDispose](), 30_000);

async function arrived(address: string, count = 1) {
  await waitFor(() => mail.smtp.to(address).length >= count, { what: `${count} of the mail`, timeoutMs: 20_000 });
  return mail.smtp.to(address);
}

async function send(template: Email['template']): Promise<ReceivedMail> {
  const address = someone();
  await mail.asker.publish(emailRealtime, { to: { address, name: '김지우' }, locale: 'ko', template });
  const [received] = await arrived(address);
  if (!received) throw new Error('nothing arrived');
  return received;
}

/** Waits until the database knows of what the SMTP server has. */
async function allEnded() {
  const live = mail.db.kysely.selectFrom('email_realtime').select('id').where('ended_at', 'is', null);
  await waitFor(async () => (await live.execute()).length === 0, { what: 'the ends of all mails' });
}

function pngOf({ content }: Attachment) {
  if (typeof content === 'string') throw new Error('a picture is no text');
  return new Uint8Array(content);
}

/** The types of the parts, the outermost first. */
function partsOf(raw: string) {
  return [...raw.matchAll(/^Content-Type: ([\w/]+)/gm)].map(([, type]) => type);
}

describe('a mail with tickets', () => {
  it('shows the QR code of each, and has it as a file, as a camera reads it', async () => {
    const { parsed, raw } = await send(bookings['reservation-confirmed']);
    expect(parsed.subject).toBe('[예매 완료] 겨울 정원의 햄릿');
    const shownIds = [...(parsed.html ?? '').matchAll(/src="cid:([^"]+)"/g)].map(([, id]) => `<${id}>`);
    expect(shownIds).toHaveLength(tickets.length);
    const inline = shownIds.map((id) => parsed.attachments.find(({ contentId }) => contentId === id));
    const files = parsed.attachments.filter(({ disposition }) => disposition === 'attachment');
    expect(inline).toMatchObject(tickets.map(() => ({ disposition: 'inline', related: true, mimeType: 'image/png' })));
    expect(files.map(({ filename }) => filename)).toEqual(['ticket-01.png', 'ticket-02.png']);
    for (const pictures of [inline.flatMap((each) => each ?? []), files])
      expect(await Promise.all(pictures.map((each) => readQr(pngOf(each))))).toEqual(tickets.map(({ token }) => token));
    expect(partsOf(raw)).toEqual([
      'multipart/mixed',
      'multipart/alternative',
      'text/plain',
      'multipart/related',
      'text/html',
      'image/png',
      'image/png',
      'image/png',
      'image/png',
    ]);
  });

  it('is the same mail when its worker died in the middle and it is sent again', async () => {
    const address = someone();
    const id = newId();
    const request = JSON.stringify({ to: { address }, template: bookings['session-reminder'] });
    await mail.database.query(
      `INSERT INTO email_realtime (id, template, locale, state, request, due_at)
       VALUES (?, 'session-reminder', 'ko', 'in_flight', ?, NOW(3))`,
      [id, request],
    );
    const [first] = await arrived(address);
    await allEnded();
    await mail.database.query(
      `UPDATE email_realtime SET state = 'in_flight', request = ?, ended_at = NULL, due_at = NOW(3) WHERE id = ?`,
      [request, id],
    );
    const [, second] = await arrived(address, 2);
    expect(second?.parsed.messageId).toBe(`<${id}@ticketaka.example>`);
    expect(second?.parsed).toMatchObject({ messageId: first?.parsed.messageId, html: first?.parsed.html });
    expect(second?.parsed.attachments).toEqual(first?.parsed.attachments);
  }, 60_000);

  it('arrives with fifty tickets and the longest names', async () => {
    const largest = largestConfirmation();
    expect(Buffer.byteLength(JSON.stringify(largest))).toBeGreaterThan(65_535);
    const { parsed, raw } = await send(largest);
    expect(parsed.attachments).toHaveLength(100);
    const files = parsed.attachments.filter(({ disposition }) => disposition === 'attachment');
    const last = files.at(-1);
    expect(last && (await readQr(pngOf(last)))).toBe(largest.tickets.at(-1)?.token);
    expect(raw.length).toBeLessThan(1_500_000);
  }, 60_000);

  it('leaves no token once it is sent, and none in a log', async () => {
    await send(bookings['reservation-confirmed']);
    await allEnded();
    const rows = JSON.stringify(await mail.database.query('SELECT * FROM email_realtime'));
    for (const { token } of tickets) expect(rows + mail.lines.join('')).not.toContain(token);
  });
});

describe('a mail without tickets', () => {
  it('is of text and HTML only', async () => {
    const { parsed, raw } = await send(bookings['refund-done']);
    expect(parsed.attachments).toEqual([]);
    expect(partsOf(raw)).toEqual(['multipart/alternative', 'text/plain', 'text/html']);
  });
});

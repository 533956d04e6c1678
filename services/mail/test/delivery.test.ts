import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '@ticketaka/platform/ids';
import { waitFor } from '@ticketaka/platform/testing';
import { emailAuth, emailRealtime } from '../api.ts';
import { codeFor, type OwnMail, someone, startMailWithServers } from './mail-fixture.ts';

let mail: OwnMail;

beforeAll(async () => {
  mail = await startMailWithServers();
}, 60_000);
afterAll(() => mail[Symbol.asyncDispose](), 30_000);

async function rows() {
  const { kysely } = mail.db;
  return await kysely
    .selectFrom('email_auth')
    .selectAll()
    .unionAll(kysely.selectFrom('email_realtime').selectAll())
    .execute();
}

async function arrived(address: string, count = 1) {
  await waitFor(() => mail.smtp.to(address).length >= count, { what: `a mail to ${address}`, timeoutMs: 15_000 });
  const [first] = mail.smtp.to(address);
  if (!first) throw new Error('nothing arrived');
  return first;
}

async function ended(state: string, reason: string) {
  return await waitFor(async () => (await rows()).find((row) => row.state === state && row.reason === reason), {
    what: `an e-mail that is ${state}: ${reason}`,
    timeoutMs: 15_000,
  });
}

describe('an e-mail', () => {
  it('arrives as text and HTML in Korean', async () => {
    const address = someone();
    await mail.asker.publish(emailAuth, codeFor(address));
    const { parsed, envelopeFrom, recipients } = await arrived(address);
    expect(envelopeFrom).toBe('no-reply@ticketaka.example');
    expect(recipients).toEqual([address]);
    expect(parsed.from).toEqual({ name: '티켓타카', address: 'no-reply@ticketaka.example' });
    expect(parsed.subject).toBe('Ticketaka 가입 인증번호');
    expect(parsed.text).toMatch(/^042917$/m);
    expect(parsed.html).toContain('042917');
    expect(parsed.html).toContain('이메일 주소를 확인해 주세요');
    expect(parsed.messageId).toMatch(/^<[0-9a-f-]{36}@ticketaka\.example>$/);
    expect(parsed.headers).toContainEqual(expect.objectContaining({ key: 'content-language', value: 'ko' }));
    expect(parsed.headers).toContainEqual(expect.objectContaining({ key: 'auto-submitted', value: 'auto-generated' }));
  });

  it('arrives in English, addressed by name', async () => {
    const address = someone();
    const template = { name: 'welcome', memberName: '김지우' } as const;
    await mail.asker.publish(emailRealtime, { to: { address, name: '김지우' }, locale: 'en', template });
    const { parsed } = await arrived(address);
    expect(parsed.to).toEqual([{ name: '김지우', address }]);
    expect(parsed.subject).toBe('Welcome to Ticketaka');
    expect(parsed.text).toContain('Welcome, 김지우');
    expect(parsed.html).toContain('Welcome, 김지우');
  });

  it('leaves nothing about the person once it is sent, and its codes in no log', async () => {
    const address = someone();
    await mail.asker.publish(emailAuth, codeFor(address, { to: { address, name: 'Nobody Else' } }));
    const { parsed } = await arrived(address);
    const id = parsed.messageId?.slice(1, 37);
    const row = await waitFor(async () => (await rows()).find((each) => each.id === id && each.state === 'sent'));
    expect(row).toMatchObject({ request: null, due_at: null, template: 'verification-code' });
    for (const secret of [address, 'Nobody Else', '042917']) {
      expect(mail.lines.join('')).not.toContain(secret);
      expect(JSON.stringify(await rows())).not.toContain(secret);
    }
  });

  it('is sent once, however often its message is delivered', async () => {
    const address = someone();
    const other = someone();
    const id = newId();
    await Promise.all([1, 2, 3].map(() => mail.asker.publish(emailAuth, codeFor(address), { id })));
    await mail.asker.publish(emailAuth, codeFor(other));
    await arrived(other);
    await waitFor(async () => (await mail.rabbit.queueLength('email.auth')) === 0);
    await waitFor(async () => (await rows()).every((row) => row.ended_at !== null));
    expect(mail.smtp.to(address)).toHaveLength(1);
    // The control: the same words as another message are another e-mail.
    await mail.asker.publish(emailAuth, codeFor(address));
    await arrived(address, 2);
  });

  it('is sent again when its worker died in the middle, with the same Message-ID', async () => {
    const address = someone();
    const id = newId();
    const request = JSON.stringify({ to: { address }, template: { name: 'account-exists' } });
    await mail.database.query(
      `INSERT INTO email_realtime (id, template, locale, state, request, due_at)
       VALUES (?, 'account-exists', 'en', 'in_flight', ?, NOW(3))`,
      [id, request],
    );
    const { parsed } = await arrived(address);
    expect(parsed.messageId).toBe(`<${id}@ticketaka.example>`);
  });
});

describe('a code', () => {
  it('does not wait behind a backlog of news', async () => {
    const [news, address] = [Array.from({ length: 5 }, someone), someone()];
    for (const each of news) mail.smtp.script.set(each, ['hang']);
    await Promise.all(news.map((each) => mail.asker.publish(emailRealtime, codeFor(each))));
    await waitFor(() => news.every((each) => mail.smtp.script.get(each)?.length === 0));
    await mail.asker.publish(emailAuth, codeFor(address));
    await arrived(address);
    expect(news.flatMap((each) => mail.smtp.to(each))).toHaveLength(0);
  });
});

describe('an SMTP server', () => {
  it('that says 4xx is tried again, with the same Message-ID', async () => {
    const address = someone();
    mail.smtp.script.set(address, ['451 4.7.1 greylisted']);
    await mail.asker.publish(emailAuth, codeFor(address));
    const { parsed } = await arrived(address);
    const row = await waitFor(async () =>
      (await rows()).find((each) => each.state === 'sent' && parsed.messageId === `<${each.id}@ticketaka.example>`),
    );
    expect(row.attempts).toBe(2);
    expect(mail.smtp.to(address)).toHaveLength(1);
  });

  it('that says 5xx ends it, with the reason and a metric, and without the address', async () => {
    const address = someone();
    mail.smtp.script.set(address, [`550 5.1.1 <${address}> unknown`]);
    await mail.asker.publish(emailRealtime, codeFor(address));
    const row = await ended('failed', 'SMTP 550 5.1.1');
    expect(row).toMatchObject({ request: null, attempts: 1 });
    expect(mail.smtp.to(address)).toHaveLength(0);
    expect(await mail.metrics()).toMatch(/ticketaka_emails_total\{class="realtime",state="failed",.*\} 1/);
    expect(mail.lines.join('')).not.toContain(address);
  });

  it('that hangs is given up in time, and tried again', async () => {
    const address = someone();
    mail.smtp.script.set(address, ['hang']);
    await mail.asker.publish(emailAuth, codeFor(address));
    await arrived(address);
    expect(mail.smtp.to(address)).toHaveLength(1);
  });

  it('that is away for a while gets the e-mails when it is back, and both are said once', async () => {
    const addresses = [someone(), someone(), someone()];
    const said = (words: string) => mail.lines.filter((line) => line.includes(words)).length;
    await waitFor(() => said('SMTP server lost') === said('SMTP server found'));
    const before = said('SMTP server lost');
    await mail.smtp.stop();
    await Promise.all(addresses.map((address) => mail.asker.publish(emailAuth, codeFor(address))));
    await waitFor(() => said('SMTP server lost') === before + 1);
    await mail.smtp.start();
    await Promise.all(addresses.map((address) => arrived(address)));
    await waitFor(() => said('SMTP server found') === before + 1);
    expect(said('SMTP server lost')).toBe(before + 1);
    expect(addresses.map((address) => mail.smtp.to(address).length)).toEqual([1, 1, 1]);
  });
});

describe('a code', () => {
  it('that is no longer valid is not sent', async () => {
    const address = someone();
    await mail.asker.publish(emailAuth, codeFor(address, { validUntil: new Date(Date.now() - 1_000).toISOString() }));
    const row = await ended('expired', 'no longer valid');
    expect(row.request).toBeNull();
    expect(mail.smtp.to(address)).toHaveLength(0);
  });

  it('that ends its time while it waits is not sent late', async () => {
    const address = someone();
    mail.smtp.script.set(address, ['451 busy']);
    await mail.asker.publish(emailAuth, codeFor(address, { validUntil: new Date(Date.now() + 1_200).toISOString() }));
    await waitFor(async () => (await rows()).some((row) => row.state === 'expired' && row.attempts === 2), {
      timeoutMs: 15_000,
    });
    expect(mail.smtp.to(address)).toHaveLength(0);
  });
});

describe('somebody who plays with headers', () => {
  it.each([
    'Kim\r\nBcc: evil@example.com',
    'Kim" <evil@example.com>, "',
    'Kim, evil@example.com',
    'Kim\u2028X-Evil: 1\u202e',
    '=?utf-8?q?=0d=0aBcc=3a_evil=40example.com?=',
  ])('gets one mail to one address, called %j', async (name) => {
    const address = someone();
    await mail.asker.publish(emailRealtime, codeFor(address, { to: { address, name } }));
    const { parsed, recipients, raw } = await arrived(address);
    expect(recipients).toEqual([address]);
    expect(parsed.to?.map((to) => to.address)).toEqual([address]);
    expect([parsed.cc, parsed.bcc]).toEqual([undefined, undefined]);
    expect(raw.split('\r\n\r\n')[0]).not.toMatch(/^(?:Bcc|Cc|X-Evil):/im);
  });

  it.each(['a@example.com, evil@example.com', 'a@example.com\r\nBcc: evil@example.com', 'a@example.com>'])(
    'cannot have a second address: %j is poison',
    async (address) => {
      const id = newId();
      await mail.rabbit.publishRaw({
        exchange: 'mail',
        routingKey: 'email.realtime',
        messageId: id,
        body: { ...envelope(id, 'email.realtime'), data: codeFor(address) },
      });
      await waitFor(async () => (await mail.rabbit.queueLength('email.realtime.dead')) === 1);
      const [dead] = await mail.rabbit.take('email.realtime.dead');
      expect(dead?.headers['x-reason']).toBe('the data is not valid: to.address invalid_format');
    },
  );
});

describe('a poison message', () => {
  it('ends among the dead letters with its reason, and the rest goes on', async () => {
    const [before, after] = [someone(), someone()];
    await mail.asker.publish(emailAuth, codeFor(before));
    const id = newId();
    const data = { ...codeFor(someone()), template: { name: 'no-such-template' } };
    await mail.rabbit.publishRaw({
      exchange: 'mail',
      routingKey: 'email.auth',
      messageId: id,
      body: { ...envelope(id, 'email.auth'), data },
    });
    await mail.asker.publish(emailAuth, codeFor(after));
    await Promise.all([arrived(before), arrived(after)]);
    await waitFor(async () => (await mail.rabbit.queueLength('email.auth.dead')) === 1);
    const [dead] = await mail.rabbit.take('email.auth.dead');
    expect(dead).toMatchObject({ messageId: id, headers: { 'x-reason': expect.stringContaining('template') } });
  });
});

function envelope(id: string, type: string) {
  return { specversion: '1.0', id, source: '/asker', type, time: new Date().toISOString() };
}

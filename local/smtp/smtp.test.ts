import { request } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createTransport, type SendMailOptions } from 'nodemailer';
import { type Sandbox, startSandbox } from './sandbox.ts';

const user = 'mail';
const password = 'correct horse';
let sandbox: Sandbox;

beforeEach(async () => {
  sandbox = await startSandbox({ smtpPort: 0, httpPort: 0, user, password, capacity: 3 });
});
afterEach(() => sandbox.close());

const mail = {
  from: 'Ticketaka <no-reply@ticketaka.example>',
  to: '김민지 <minji@example.com>',
  bcc: 'archive@example.com',
  subject: '인증번호 123456',
  text: '인증번호는 123456 입니다.',
  html: '<p>인증번호는 <b>123456</b> 입니다.</p>',
  messageId: '<constant@ticketaka.example>',
} satisfies SendMailOptions;

function send(changes: SendMailOptions = {}, { auth = { user, pass: password }, socketTimeout = 20_000 } = {}) {
  const transport = createTransport({ host: '127.0.0.1', port: sandbox.smtpPort, auth, socketTimeout });
  return transport.sendMail({ ...mail, ...changes });
}

async function api<Answer = unknown>(path: string, init?: RequestInit) {
  const response = await fetch(`http://127.0.0.1:${sandbox.httpPort}${path}`, init);
  expect(response.status).toBe(200);
  // What each test expects of it is what it asserts.
  return (
    response.headers.get('content-type') === 'application/json' ? response.json() : response.text()
  ) as Promise<Answer>;
}

interface List {
  readonly messages: readonly { readonly Subject: string }[];
}

async function subjects(query: string) {
  const { messages } = await api<List>(`/api/v1/search?query=${encodeURIComponent(query)}`);
  return messages.map(({ Subject }) => Subject);
}

const status = async (path: string, init?: RequestInit) =>
  (await fetch(`http://127.0.0.1:${sandbox.httpPort}${path}`, init)).status;
const order = (chaos: object) => api('/chaos', { method: 'POST', body: JSON.stringify(chaos) });

/** fetch does not let a Host header through. */
function statusOf(path: string, headers: Record<string, string>): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    request({ port: sandbox.httpPort, host: '127.0.0.1', path, headers }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on('error', reject)
      .end();
  });
}

describe('a mail that arrives', () => {
  it('is listed as Mailpit lists it', async () => {
    await send();
    const list = await api<List>('/api/v1/messages');
    expect(list).toMatchObject({ total: 1, unread: 1, count: 1, messages_count: 1, start: 0, tags: [] });
    expect(list.messages[0]).toMatchObject({
      ID: expect.stringMatching(/^[\w-]{22}$/),
      MessageID: 'constant@ticketaka.example',
      Read: false,
      From: { Name: 'Ticketaka', Address: 'no-reply@ticketaka.example' },
      To: [{ Name: '김민지', Address: 'minji@example.com' }],
      Bcc: [{ Name: '', Address: 'archive@example.com' }],
      Subject: '인증번호 123456',
      Snippet: '인증번호는 123456 입니다.',
      Attachments: 0,
    });
  });

  it('is given whole: text, HTML, headers and source', async () => {
    await send({ attachments: [{ filename: '표.txt', content: 'ticket' }] });
    const detail = await api<{ ID: string }>('/api/v1/message/latest');
    expect(detail).toMatchObject({
      Text: expect.stringContaining('123456'),
      HTML: expect.stringContaining('<b>123456</b>'),
      Attachments: [{ PartID: '1', FileName: '표.txt', ContentType: 'text/plain', Size: 6 }],
      Inline: [],
    });
    expect(await api(`/api/v1/message/${detail.ID}/headers`)).toMatchObject({
      'Message-ID': ['<constant@ticketaka.example>'],
    });
    expect(await api(`/api/v1/message/${detail.ID}/raw`)).toContain('Content-Type: multipart/mixed');
    expect(await api(`/api/v1/message/${detail.ID}/part/1`)).toBe('ticket');
  });

  it('counts as read once it was opened', async () => {
    await send();
    await api('/api/v1/message/latest');
    expect(await api('/api/v1/messages')).toMatchObject({ unread: 0, messages: [{ Read: true }] });
    await api('/api/v1/messages', { method: 'PUT', body: JSON.stringify({ Read: false }) });
    expect(await api('/api/v1/messages')).toMatchObject({ unread: 1 });
  });

  it('is found by who it is for and what it says', async () => {
    await send();
    await send({ to: 'other@example.com', subject: 'Welcome' });
    expect(await subjects('to:minji@example.com')).toEqual(['인증번호 123456']);
    expect(await subjects('-to:minji@example.com')).toEqual(['Welcome']);
    expect(await subjects('subject:"인증번호 123456" is:unread')).toEqual(['인증번호 123456']);
    expect(await subjects('from:ticketaka')).toHaveLength(2);
    expect(await subjects('nothing')).toEqual([]);
  });

  it('pushes the oldest out when the mailbox is full', async () => {
    for (const subject of ['one', 'two', 'three', 'four']) await send({ subject });
    const list = await api('/api/v1/messages?start=1&limit=1');
    expect(list).toMatchObject({ total: 3, count: 1, start: 1, messages: [{ Subject: 'three' }] });
  });

  it('can be deleted', async () => {
    await send();
    await api('/api/v1/messages', { method: 'DELETE' });
    expect(await api('/api/v1/messages')).toMatchObject({ total: 0, messages: [] });
  });
});

describe('the SMTP server', () => {
  it('takes mail from its user only', async () => {
    await expect(send({}, { auth: { user, pass: 'wrong' } })).rejects.toMatchObject({ responseCode: 535 });
    expect(await api('/api/v1/messages')).toMatchObject({ total: 0 });
  });

  it('refuses as often as it was told to, and not once more', async () => {
    await order({ do: 'reject', times: 2, code: 451 });
    await expect(send()).rejects.toMatchObject({ responseCode: 451 });
    await expect(send()).rejects.toMatchObject({ responseCode: 451 });
    await send();
    await order({ do: 'reject', at: 'recipient', code: 550 });
    await expect(send({ bcc: [] })).rejects.toMatchObject({ responseCode: 550 });
    expect(await api('/api/v1/messages')).toMatchObject({ total: 1 });
  });

  it('hangs when it was told to', async () => {
    await order({ do: 'hang' });
    await expect(send({}, { socketTimeout: 500 })).rejects.toMatchObject({ code: 'ETIMEDOUT' });
    await send();
  });
});

describe('the page', () => {
  it('lets nobody in who comes by another name, or from another site', async () => {
    expect(await statusOf('/api/v1/messages', { host: 'evil.example' })).toBe(403);
    expect(await statusOf('/api/v1/messages', { host: `localhost:${sandbox.httpPort}` })).toBe(200);
    expect(await statusOf('/api/v1/messages', { origin: 'https://evil.example' })).toBe(403);
  });

  it('shows the HTML of a mail where it can run and fetch nothing', async () => {
    await send({
      html: '<script>alert(1)</script><img src="cid:logo"><a href="https://x.example">go</a>',
      attachments: [{ filename: 'logo.png', cid: 'logo', content: 'PNG', contentType: 'image/png' }],
    });
    const response = await fetch(`http://127.0.0.1:${sandbox.httpPort}/view/latest.html`);
    expect(response.headers.get('content-security-policy')).toMatch(/default-src 'none'.*sandbox allow-popups/);
    expect(response.headers.get('content-security-policy')).not.toContain('allow-scripts');
    expect(await response.text()).toContain('<img src="data:image/png;base64,UE5H">');
  });

  it('is served under a policy that allows its own files only', async () => {
    const response = await fetch(`http://127.0.0.1:${sandbox.httpPort}/`);
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'; script-src 'self'");
    expect(await response.text()).not.toMatch(/<script>|style=|onclick/);
  });

  it('answers a wrong path, method or body in kind', async () => {
    expect(await status('/nothing')).toBe(404);
    expect(await status('/api/v1/message/unknown')).toBe(404);
    expect(await status('/api/v1/messages', { method: 'POST' })).toBe(405);
    expect(await status('/chaos', { method: 'POST', body: '{"do":"dance"}' })).toBe(400);
    expect(await status('/chaos', { method: 'POST', body: 'no json' })).toBe(400);
  });
});

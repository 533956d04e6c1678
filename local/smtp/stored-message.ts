import { randomBytes } from 'node:crypto';
import PostalMime, { type Address, type Attachment, type Email } from 'postal-mime';

interface Envelope {
  readonly sender: string;
  readonly recipients: readonly string[];
  readonly username: string;
}

interface Person {
  readonly Name: string;
  readonly Address: string;
}

interface Part {
  readonly PartID: string;
  readonly FileName: string;
  readonly ContentType: string;
  readonly ContentID: string;
  readonly Size: number;
}

/** One row of the list, as Mailpit's API has it. */
export interface MessageSummary {
  readonly ID: string;
  readonly MessageID: string;
  readonly Read: boolean;
  readonly From: Person;
  readonly To: readonly Person[];
  readonly Cc: readonly Person[];
  readonly Bcc: readonly Person[];
  readonly ReplyTo: readonly Person[];
  readonly Subject: string;
  /** When it arrived. */
  readonly Created: string;
  readonly Username: string;
  readonly Tags: readonly string[];
  readonly Size: number;
  readonly Attachments: number;
  readonly Snippet: string;
}

/** A message with its content, as Mailpit's API has it. */
export interface MessageDetail {
  readonly ID: string;
  readonly MessageID: string;
  readonly From: Person;
  readonly To: readonly Person[];
  readonly Cc: readonly Person[];
  readonly Bcc: readonly Person[];
  readonly ReplyTo: readonly Person[];
  readonly ReturnPath: string;
  readonly Subject: string;
  readonly ListUnsubscribe: { readonly Header: string; readonly Links: readonly string[]; readonly Errors: string };
  readonly Date: string;
  readonly Tags: readonly string[];
  readonly Username: string;
  readonly Text: string;
  readonly HTML: string;
  readonly Size: number;
  readonly Inline: readonly Part[];
  readonly Attachments: readonly Part[];
}

export interface StoredPart {
  readonly id: string;
  readonly inline: boolean;
  readonly fileName: string;
  readonly contentType: string;
  readonly contentId: string;
  readonly content: Buffer;
}

export interface StoredMessage {
  readonly id: string;
  readonly raw: Buffer;
  readonly received: Date;
  readonly envelope: Envelope;
  readonly email: Email;
  readonly parts: readonly StoredPart[];
}

export async function parseMessage(raw: Buffer, envelope: Envelope, received: Date): Promise<StoredMessage> {
  const email = await PostalMime.parse(raw);
  return {
    id: randomBytes(16).toString('base64url'),
    raw,
    received,
    envelope,
    email,
    parts: email.attachments.map((attachment, index) => toPart(attachment, String(index + 1))),
  };
}

export function summaryOf(message: StoredMessage, read: boolean): MessageSummary {
  const { email, envelope, id, parts, raw, received } = message;
  return {
    ID: id,
    MessageID: bare(email.messageId),
    Read: read,
    ...peopleOf(message),
    Subject: email.subject ?? '',
    Created: received.toISOString(),
    Username: envelope.username,
    Tags: [],
    Size: raw.length,
    Attachments: parts.filter((part) => !part.inline).length,
    Snippet: textOf(email).replaceAll(/\s+/g, ' ').trim().slice(0, 250),
  };
}

export function detailOf(message: StoredMessage): MessageDetail {
  const { email, envelope, id, parts, raw, received } = message;
  const unsubscribe = email.headers.find(({ key }) => key === 'list-unsubscribe')?.value ?? '';
  return {
    ID: id,
    MessageID: bare(email.messageId),
    ...peopleOf(message),
    ReturnPath: envelope.sender,
    Subject: email.subject ?? '',
    ListUnsubscribe: {
      Header: unsubscribe,
      Links: [...unsubscribe.matchAll(/<([^>]+)>/g)].flatMap(([, link]) => link ?? []),
      Errors: '',
    },
    Date: isoDate(email.date) ?? received.toISOString(),
    Tags: [],
    Username: envelope.username,
    Text: email.text ?? '',
    HTML: email.html ?? '',
    Size: raw.length,
    Inline: parts.filter((part) => part.inline).map(describe),
    Attachments: parts.filter((part) => !part.inline).map(describe),
  };
}

/** All values of each header, under its name as it was written. */
export function headersOf({ email }: StoredMessage): Record<string, string[]> {
  const grouped = Map.groupBy(email.headers, ({ originalKey }) => originalKey);
  return Object.fromEntries([...grouped].map(([name, values]) => [name, values.map(({ value }) => value)]));
}

function peopleOf({ email, envelope }: StoredMessage) {
  const To = people(email.to);
  const Cc = people(email.cc);
  const named = new Set([...To, ...Cc].map((person) => person.Address.toLowerCase()));
  // A blind copy is seen by its recipient in the envelope only.
  const blind = envelope.recipients.filter((address) => !named.has(address.toLowerCase()));
  const [From = { Name: '', Address: envelope.sender }] = people(email.from && [email.from]);
  return {
    From,
    To,
    Cc,
    Bcc: blind.map((address) => ({ Name: '', Address: address })),
    ReplyTo: people(email.replyTo),
  };
}

function people(addresses: readonly Address[] | undefined): Person[] {
  return (addresses ?? []).flatMap((entry) =>
    entry.group ? people(entry.group) : [{ Name: entry.name, Address: entry.address }],
  );
}

function toPart(attachment: Attachment, id: string): StoredPart {
  const { content } = attachment;
  return {
    id,
    inline: attachment.related === true || attachment.disposition === 'inline',
    fileName: attachment.filename ?? `part-${id}`,
    contentType: attachment.mimeType,
    contentId: bare(attachment.contentId),
    content: typeof content === 'string' ? Buffer.from(content) : Buffer.from(new Uint8Array(content)),
  };
}

function describe({ id, fileName, contentType, contentId, content }: StoredPart): Part {
  return { PartID: id, FileName: fileName, ContentType: contentType, ContentID: contentId, Size: content.length };
}

function textOf({ text, html }: Email): string {
  return text ?? html?.replaceAll(/<style[\s\S]*?<\/style>|<[^>]+>/gi, ' ') ?? '';
}

function bare(id: string | undefined): string {
  return (id ?? '').replaceAll(/^<|>$/g, '');
}

function isoDate(text: string | undefined): string | undefined {
  const date = new Date(text ?? '');
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}

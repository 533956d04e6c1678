import { z } from 'zod';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** Empty when it is not JSON. */
  readonly body: Record<string, unknown>;
}

interface Content {
  /** Bytes and strings are sent as they are, everything else as JSON. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

const record = z.record(z.string(), z.unknown());
const base = '/api/performances/manage';

/** A person at a terminal. */
export class Caller {
  readonly #url: string;
  readonly #token: string | undefined;
  readonly memberId: string;

  constructor(url: string, memberId: string, token: string | undefined) {
    this.#url = url;
    this.memberId = memberId;
    this.#token = token;
  }

  /** @param path below `/api/performances/manage`, or a whole one */
  async send(method: string, path: string, { body, headers = {} }: Content = {}): Promise<Answer> {
    const url = this.#url + (path.startsWith('/api/') ? path : base + path);
    const response = await fetch(url, {
      method,
      headers: {
        'accept-language': 'en',
        ...(this.#token !== undefined && { authorization: `Bearer ${this.#token}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && {
        body: typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body),
      }),
    });
    const text = await response.text();
    const json = response.headers.get('content-type')?.includes('json') ?? false;
    return {
      status: response.status,
      headers: response.headers,
      text,
      body: json ? record.parse(JSON.parse(text)) : {},
    };
  }

  /** Sends what must be made, and gives it. */
  async make<Schema extends z.ZodType>(path: string, body: unknown, schema: Schema): Promise<z.output<Schema>> {
    const answer = await this.send('POST', path, { body });
    if (answer.status !== 201) throw new Error(`POST ${path}: ${answer.status} ${answer.text}`);
    return schema.parse(answer.body);
  }

  /** Sends a file. */
  upload(path: string, file: Uint8Array, contentType: string): Promise<Answer> {
    return this.send('POST', path, { body: file, headers: { 'content-type': contentType } });
  }

  replace(path: string, body: unknown, ifMatch: string): Promise<Answer> {
    return this.send('PUT', path, { body, headers: { 'if-match': ifMatch } });
  }

  cancel(path: string, ifMatch: string): Promise<Answer> {
    return this.send('POST', `${path}/cancellation`, { headers: { 'if-match': ifMatch } });
  }
}

import { z } from 'zod';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Record<string, unknown>;
  /** The refresh cookie that the answer sets, with its attributes. */
  readonly setCookie: string | undefined;
}

interface Content {
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

const issued = z.object({ accessToken: z.string() });

/** Sends requests as a browser does: it keeps the refresh cookie and the last access token. */
export class Browser {
  readonly #url: string;
  readonly #address: string;
  cookie: string | undefined;
  accessToken = '';

  constructor(url: string, address: string) {
    this.#url = url;
    this.#address = address;
  }

  async send(method: string, path: string, { body, headers = {} }: Content = {}): Promise<Answer> {
    const response = await fetch(this.#url + path, {
      method,
      headers: {
        'x-forwarded-for': this.#address,
        ...(this.cookie && { cookie: this.cookie }),
        ...(this.accessToken && { authorization: `Bearer ${this.accessToken}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const setCookie = response.headers.getSetCookie().find((cookie) => cookie.startsWith('ticketaka_refresh='));
    const parsed = z.record(z.string(), z.unknown()).parse(text ? JSON.parse(text) : {});
    return { status: response.status, headers: response.headers, body: parsed, setCookie };
  }

  async login(email: string, password: string, headers: Record<string, string> = {}): Promise<Answer> {
    return this.#keep(await this.send('POST', '/api/auth/login', { body: { email, password }, headers }));
  }

  async refresh(): Promise<Answer> {
    return this.#keep(await this.send('POST', '/api/auth/refresh'));
  }

  async logout(): Promise<Answer> {
    return this.#keep(await this.send('POST', '/api/auth/logout'));
  }

  /** Another one that holds the same cookie: a second tab, or a thief. */
  copy(): Browser {
    const copy = new Browser(this.#url, this.#address);
    copy.cookie = this.cookie;
    copy.accessToken = this.accessToken;
    return copy;
  }

  #keep(answer: Answer): Answer {
    if (answer.setCookie !== undefined) {
      const pair = answer.setCookie.split(';', 1).join('');
      this.cookie = pair.endsWith('=') ? undefined : pair;
    }
    const tokens = issued.safeParse(answer.body);
    if (tokens.success) this.accessToken = tokens.data.accessToken;
    return answer;
  }
}

import { z } from 'zod';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

interface Request {
  readonly body?: unknown;
  readonly token?: string | undefined;
  readonly headers?: Readonly<Record<string, string>>;
}

const accessToken = z.object({ accessToken: z.string(), expiresIn: z.number() });

/** A browser at the gateway: it keeps its refresh cookie and its access token. */
export class Visitor {
  readonly #gateway: string;
  /** The refresh token, as `name=value`. */
  cookie: string | undefined;
  token: string | undefined;

  constructor(gateway: string) {
    this.#gateway = gateway;
  }

  async send(method: string, path: string, { body, token = this.token, headers = {} }: Request = {}): Promise<Answer> {
    const sent = {
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(this.cookie !== undefined && { cookie: this.cookie }),
      ...headers,
    };
    const init = { method, headers: sent, ...(body !== undefined && { body: JSON.stringify(body) }) };
    const response = await fetch(this.#gateway + path, { ...init, redirect: 'manual' });
    const text = await response.text();
    this.#keepCookie(response.headers);
    const isJson = /^application\/(?:[a-z]+\+)?json/.test(response.headers.get('content-type') ?? '');
    return { status: response.status, headers: response.headers, body: isJson && text ? JSON.parse(text) : text };
  }

  async login(email: string, password: string): Promise<Answer> {
    // A token that has expired would be refused by the gateway, also on a public route.
    this.token = undefined;
    return this.#keepToken(await this.send('POST', '/api/auth/login', { body: { email, password } }));
  }

  async refresh(): Promise<Answer> {
    this.token = undefined;
    return this.#keepToken(await this.send('POST', '/api/auth/refresh'));
  }

  #keepToken(answer: Answer): Answer {
    if (answer.status === 200) this.token = accessToken.parse(answer.body).accessToken;
    return answer;
  }

  #keepCookie(headers: Headers) {
    for (const cookie of headers.getSetCookie()) {
      const [pair = '', ...attributes] = cookie.split(/;\s*/);
      const removed = pair.endsWith('=') || attributes.some((attribute) => /^max-age=0$/i.test(attribute));
      this.cookie = removed ? undefined : pair;
    }
  }
}

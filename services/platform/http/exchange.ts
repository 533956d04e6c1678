import { randomUUID } from 'node:crypto';
import type { Request, Response } from 'express';
import type { Principal } from '../auth/index.ts';
import type { Logger } from '../log/index.ts';
import { currentTrace } from '../telemetry/index.ts';
import { cookieOptions } from './cookies.ts';
import type { Input } from './input.ts';
import { localeOfRequest } from './locale.ts';
import type { Observe } from './observe.ts';
import { toProblem } from './problem.ts';
import { type Rendered, renderProblem } from './rendered.ts';
import type { KeyedRequest, RequestContext } from './types.ts';

/** Node sends a head and a text together, and a head and bytes each by itself: up to here a copy costs less than that. */
const oneWriteBytes = 1_024;

/** A character for each byte, which is the same byte again when it is sent as latin1. */
function asLatin1({ buffer, byteOffset, byteLength }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString('latin1');
}

const saneRequestId = /^[A-Za-z0-9._-]{1,128}$/;

function requestIdOf(request: Request): string {
  const given = request.headers['x-request-id'];
  return typeof given === 'string' && saneRequestId.test(given) ? given : randomUUID();
}

/** What every exchange of a route shares. */
export interface Surroundings {
  readonly log: Logger;
  readonly observe: Observe;
  /** Default path of cookies. */
  readonly base: string;
}

/** One request and its answer. */
export class Exchange {
  readonly request: Request;
  readonly response: Response;
  readonly requestId: string;
  /** Whether the answer is a stream, which is never complete. */
  endless = false;
  readonly #surroundings: Surroundings;
  readonly #started = performance.now();
  #log: Logger | undefined;

  constructor(surroundings: Surroundings, request: Request, response: Response) {
    this.#surroundings = surroundings;
    this.request = request;
    this.response = response;
    this.requestId = requestIdOf(request);
  }

  get log(): Logger {
    this.#log ??= this.#surroundings.log.child({ requestId: this.requestId });
    return this.#log;
  }

  /** The problem that the client is told of, after what it is not told is logged. */
  problemOf(error: unknown): Rendered {
    const problem = toProblem(error);
    if (problem.status === 503) this.log.warn({ err: problem.cause ?? problem }, 'unavailable');
    else if (problem.status >= 500) this.log.error({ err: problem.cause ?? problem }, 'request failed');
    return renderProblem(problem, localeOfRequest(this.request), this.requestId);
  }

  fail(error: unknown): void {
    if (this.response.headersSent) {
      this.log.error({ err: error }, 'request failed after its answer began');
      this.response.destroy();
      return;
    }
    // Cookies belong to the answer that failed.
    this.response.removeHeader('set-cookie');
    try {
      this.send(this.problemOf(error));
    } catch (unsendable) {
      // The problem itself cannot be sent (an extension that JSON cannot say): what is left is a 500 without any.
      this.send(this.problemOf(unsendable));
    }
  }

  send({ status, headers: own, body, cookies }: Rendered): void {
    const { response } = this;
    const headers: Record<string, string | number> = {
      'x-request-id': this.requestId,
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
      ...own,
    };
    const length = typeof body === 'string' ? Buffer.byteLength(body) : body.length;
    // RFC 9110 8.6: a 204 must not have it, a 304 need not.
    if (status !== 204 && status !== 304) headers['content-length'] = length;
    for (const cookie of cookies ?? []) {
      response.cookie(cookie.name, cookie.value, cookieOptions(cookie, this.#surroundings.base));
    }
    response.writeHead(status, headers);
    if (typeof body === 'string' || length > oneWriteBytes) response.end(body);
    else response.end(asLatin1(body), 'latin1');
    this.#observe(status);
  }

  /** Sends the head of an answer that goes on for as long as somebody reads it. Its time is that of the head. */
  begin(status: number, headers: Readonly<Record<string, string>>): void {
    this.endless = true;
    // Its end is that of the connection (RFC 9112 6.3), so that what is sent to many is sent as it is, in one write each.
    this.response.removeHeader('transfer-encoding');
    this.response.writeHead(status, {
      'x-request-id': this.requestId,
      'x-content-type-options': 'nosniff',
      ...headers,
    });
    this.response.flushHeaders();
    this.#observe(status);
  }

  #observe(status: number): void {
    this.#surroundings.observe({
      method: this.request.method,
      status,
      milliseconds: performance.now() - this.#started,
      requestId: this.requestId,
      traceparent: currentTrace(),
    });
  }
}

/** What the handler sees. Whatever costs something is made when it is asked for. */
export class Context {
  readonly params: unknown;
  readonly query: unknown;
  readonly cookies: unknown;
  readonly body: unknown;
  readonly principal: Principal | undefined;
  /** Set before the handler sees it. */
  idempotency: KeyedRequest | undefined;
  readonly #exchange: Exchange;
  #abort: AbortController | undefined;

  constructor(exchange: Exchange, input: Input, principal: Principal | undefined) {
    this.params = input.params;
    this.query = input.query;
    this.cookies = input.cookies;
    this.body = input.body;
    this.principal = principal;
    this.#exchange = exchange;
  }

  get headers(): RequestContext['headers'] {
    return this.#exchange.request.headers;
  }

  get locale(): RequestContext['locale'] {
    return localeOfRequest(this.#exchange.request);
  }

  get clientAddress(): string {
    return this.#exchange.request.ip ?? '';
  }

  get requestId(): string {
    return this.#exchange.requestId;
  }

  get lastEventId(): RequestContext['lastEventId'] {
    const given = this.#exchange.request.headers['last-event-id'];
    return typeof given === 'string' && /^[ -~]{1,256}$/.test(given) ? given : undefined;
  }

  get log(): Logger {
    return this.#exchange.log;
  }

  get signal(): AbortSignal {
    if (!this.#abort) {
      const abort = new AbortController();
      const exchange = this.#exchange;
      const { response } = exchange;
      if (response.destroyed) abort.abort();
      else response.once('close', () => (response.writableFinished && !exchange.endless) || abort.abort());
      this.#abort = abort;
    }
    return this.#abort.signal;
  }
}

import { hash } from 'node:crypto';
import { platformErrors } from '../contract/index.ts';
import { problem } from './problem.ts';
import type { Rendered } from './rendered.ts';
import type { KeyedRequest } from './types.ts';

export interface StoredResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface IdempotencyRequest {
  /** Service, route and member, or `anonymous`. At most 255 characters. */
  readonly scope: string;
  /** 43 characters of base64url: a hash of the client's key, and of its address if it is anonymous. */
  readonly key: string;
  /** 43 characters of base64url. */
  readonly requestHash: string;
}

export type IdempotencyStart =
  | { readonly state: 'started'; readonly token: string }
  | { readonly state: 'done'; readonly response: StoredResponse }
  | { readonly state: 'running'; readonly retryAfterSeconds: number }
  | { readonly state: 'mismatch' };

/** Where answers are kept under their Idempotency-Key. */
export interface IdempotencyStore {
  /** Takes the key, or says who has it. Of two at once, exactly one is `started`. */
  begin(request: IdempotencyRequest): Promise<IdempotencyStart>;
  finish(token: string, response: StoredResponse): Promise<void>;
  /** Gives the key back, as if the request had never been made. */
  abandon(token: string): Promise<void>;
}

/** Visible ASCII, as the field's structured string may hold it. */
const sane = /^[\x21-\x7e]{1,128}$/;

/** @throws Problem when the header is missing or not a sane key */
export function idempotencyKey(header: string | string[] | undefined): string {
  if (header === undefined || header === '') throw problem(platformErrors, 'idempotency_key_missing');
  if (typeof header !== 'string' || !sane.test(header)) {
    const message = 'must be 1 to 128 visible ASCII characters, best a UUID';
    throw problem(platformErrors, 'invalid_request', {
      extensions: { errors: [{ in: 'header', path: 'idempotency-key', message }] },
    });
  }
  return header;
}

export interface IdempotentRequest {
  readonly scope: string;
  /** Tells anonymous callers apart; '' for members. */
  readonly address: string;
  readonly key: string;
  /** Path and query as they came. */
  readonly url: string;
  /** As it came; hashed, whatever its media type. */
  readonly body: string | Uint8Array;
}

/** The key and the request of a handler that keeps answers itself, hashed when it asks: most refusals need neither. */
export class HandlersKey implements KeyedRequest {
  readonly #request: IdempotentRequest;
  #key: string | undefined;
  #requestHash: string | undefined;

  constructor(request: IdempotentRequest) {
    this.#request = request;
  }

  get key(): string {
    const { scope, address, key } = this.#request;
    this.#key ??= hash('sha256', `${scope}\n${address}\n${key}`, 'base64url');
    return this.#key;
  }

  get requestHash(): string {
    this.#requestHash ??= hashOf(this.#request);
    return this.#requestHash;
  }
}

/**
 * The store holds no key, no address and no plain hash of a body: a body may carry a password, and whoever reads the
 * table could try passwords against its hash. Keyed by the client's random key, it tells them nothing.
 */
export function keyedRequest(request: IdempotentRequest): IdempotencyRequest {
  const { scope, address, key } = request;
  return { scope, key: hash('sha256', `${address}\n${key}`, 'base64url'), requestHash: hashOf(request) };
}

/** No part but the last has a line end, so that no two requests are hashed as the same text. */
function hashOf({ key, url, body }: IdempotentRequest): string {
  return hash('sha256', joined(`${key}\n${url}\n`, body), 'base64url');
}

function joined(head: string, body: string | Uint8Array): string | Uint8Array {
  return typeof body === 'string' ? head + body : Buffer.concat([Buffer.from(head), body]);
}

/** Answers that ask the client to try again must not be what it gets when it does. */
function isFinal({ status, headers, body }: Rendered): boolean {
  return status < 500 && status !== 429 && headers['retry-after'] === undefined && typeof body === 'string';
}

function storable({ status, headers, body }: Rendered): StoredResponse {
  return { status, headers, body: String(body) };
}

export interface IdempotencyRun {
  readonly store: IdempotencyStore;
  readonly request: IdempotencyRequest;
  /** Does the work. It answers errors with a problem, and never throws. */
  readonly work: () => Promise<Rendered>;
  readonly onStoreError: (error: unknown) => void;
}

/** Runs the work once for each key; later requests with the same key and body get the stored answer. */
export async function once({ store, request, work, onStoreError }: IdempotencyRun): Promise<Rendered> {
  const start = await store.begin(request);
  switch (start.state) {
    case 'done': {
      const { status, headers, body } = start.response;
      return { status, headers: { ...headers, 'idempotency-replayed': 'true' }, body };
    }
    case 'running':
      throw problem(platformErrors, 'idempotency_in_progress', { retryAfterSeconds: start.retryAfterSeconds });
    case 'mismatch':
      throw problem(platformErrors, 'idempotency_key_reused');
    default:
  }
  const rendered = await work();
  try {
    if (isFinal(rendered)) await store.finish(start.token, storable(rendered));
    else await store.abandon(start.token);
  } catch (error) {
    // The work is done, so the client gets its answer; the key stays taken until the store's lease on it ends.
    onStoreError(error);
  }
  return rendered;
}

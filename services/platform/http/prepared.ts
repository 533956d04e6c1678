import { hash } from 'node:crypto';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { z } from 'zod';
import type { ContentSpec, noContent, ResponseSpec } from '../contract/index.ts';

export type Encoding = 'br' | 'gzip';

const brotli = promisify(brotliCompress);
const gzipped = promisify(gzip);

/** Above this a better compression costs more time than the few bytes are worth. */
const thoroughBytes = 65_536;

export function compress(body: string | Uint8Array, encoding: Encoding): Promise<Buffer> {
  if (encoding === 'gzip') return gzipped(body);
  const size = body.length;
  const params = { [constants.BROTLI_PARAM_QUALITY]: size > thoroughBytes ? 5 : 9 };
  return brotli(body, { params: { ...params, [constants.BROTLI_PARAM_SIZE_HINT]: size } });
}

/** A strong validator: the same bytes, and no others, have it (RFC 9110 8.8.3). */
export function tagOf(body: string | Uint8Array): string {
  return `"${hash('sha256', body, 'base64url').slice(0, 27)}"`;
}

/** What whoever prepares a body knows of it already. */
export interface PreparedTraits {
  /** The body compressed. */
  readonly br?: Uint8Array;
  readonly gzip?: Uint8Array;
  /** A strong validator, with its quotes, that no other bytes of this resource have. @default a hash of the body */
  readonly etag?: string;
  /** Whether it is compressed even though its media type does not tell that it shrinks. @default false */
  readonly compressible?: boolean;
}

/** What every answer of one status of a route may be, whoever prepared it. */
export type Preparable = ResponseSpec | 'content';

/**
 * A body that is ready to be sent, as often as it is asked for: checked, written out and hashed once, and compressed
 * once when the first client asks for it. Made by `prerender` and `encoded`.
 */
export class PreparedBody<Spec extends Preparable = Preparable> {
  /** The answer that it was rendered for. */
  readonly spec: Spec;
  readonly identity: Uint8Array;
  readonly etag: string;
  readonly compressible: boolean;
  readonly #encoded: Map<Encoding, Promise<Uint8Array>>;

  constructor(spec: Spec, identity: Uint8Array, traits: PreparedTraits = {}) {
    const { br, gzip: gz } = traits;
    this.spec = spec;
    this.identity = identity;
    this.etag = traits.etag ?? tagOf(identity);
    this.compressible = traits.compressible ?? false;
    this.#encoded = new Map();
    if (br) this.#encoded.set('br', Promise.resolve(br));
    if (gz) this.#encoded.set('gzip', Promise.resolve(gz));
    Object.freeze(this);
  }

  /** Compressed on the first call, off the event loop's thread. */
  encoded(encoding: Encoding): Promise<Uint8Array> {
    const known = this.#encoded.get(encoding);
    if (known) return known;
    const made = compress(this.identity, encoding);
    this.#encoded.set(encoding, made);
    made.catch(() => this.#encoded.delete(encoding));
    return made;
  }
}

/** The body of a content response that is sent often: `encoded(await readFile(…))`. What is compressed already is kept. */
export function encoded(identity: Uint8Array, traits?: PreparedTraits): PreparedBody<'content'> {
  return new PreparedBody('content', identity, traits);
}

/** What a handler may give as the body of a response. */
export type BodyInput<S extends ResponseSpec> = S extends typeof noContent
  ? undefined
  : S extends ContentSpec<infer Schema>
    ? z.input<Schema>
    : S extends z.ZodType
      ? z.input<S>
      : never;

import type { IncomingHttpHeaders } from 'node:http';
import type { Request } from 'express';
import type { Route } from '../contract/index.ts';
import { isConditional, stillGood, type Validators, weak } from './conditional.ts';
import { chosenEncoding, isCompressible, varying, worthCompressingBytes } from './encoding.ts';
import { lowerCased, type RenderResult } from './output.ts';
import { compress, PreparedBody, tagOf } from './prepared.ts';
import type { Rendered } from './rendered.ts';
import type { RouteResult } from './types.ts';

const forPrepared = ['br', 'gzip'] as const;
/** Brotli at a speed for one-off bodies compresses no better. */
const forOthers = ['gzip'] as const;

/** What was asked, and the answer. */
interface Repeated {
  readonly body: unknown;
  readonly list: string | undefined;
  readonly since: string | undefined;
  readonly answer: Rendered;
}

interface Finished {
  readonly body: unknown;
  readonly accept: string | string[] | undefined;
  readonly answer: Rendered;
}

type To = Parameters<RenderResult>[1] & { readonly request: Request };
export type AnswerGet = (result: RouteResult, to: To) => Rendered | Promise<Rendered>;

/**
 * Compiles the answering of GET and HEAD: 304 where the client holds what it would get (RFC 9110 13), and compression.
 * What asks for neither passes through.
 */
export function getAnswer(route: Route, render: RenderResult): AnswerGet {
  const hashed = route.etag === 'body';
  const { level } = route.access;
  // Who may ask at all may ask again; what is somebody's own is kept nowhere unless its handler says so.
  const caching = level === 'public' || level === 'internal' ? 'no-cache' : undefined;
  // BREACH: whoever can make a browser ask, cookies and all, learns of a compressed secret from its length. Tokens in
  // a header are sent by nobody but our own pages.
  const mayCompress = route.cookies === undefined;

  function notModified(own: Readonly<Record<string, string>>, { etag, lastModified }: Validators): Rendered {
    const { 'content-type': _type, 'content-length': _length, 'content-encoding': _encoding, ...kept } = own;
    const headers: Record<string, string> = { ...kept };
    if (etag !== undefined) headers['etag'] = etag;
    if (lastModified !== undefined) headers['last-modified'] = lastModified;
    if (caching !== undefined) headers['cache-control'] ??= caching;
    if (mayCompress) headers['vary'] = varying(headers['vary'], 'Accept-Encoding');
    return { status: 304, headers, body: '' };
  }

  function finish(rendered: Rendered, { request }: To): Rendered | Promise<Rendered> {
    const { headers: own, body, prepared } = rendered;
    const etag = own['etag'] ?? prepared?.etag ?? (hashed ? tagOf(body) : undefined);
    const compressing =
      mayCompress &&
      // Characters are at most three bytes each.
      (typeof body === 'string' ? body.length * 3 : body.length) >= worthCompressingBytes &&
      Buffer.byteLength(body) >= worthCompressingBytes &&
      (prepared?.compressible || isCompressible(own['content-type'])) &&
      own['content-encoding'] === undefined &&
      !own['cache-control']?.includes('no-transform');
    if (etag === undefined && !compressing) return rendered;

    const headers: Record<string, string> = { ...own };
    if (etag !== undefined) {
      headers['etag'] = etag;
      if (caching !== undefined) headers['cache-control'] ??= caching;
    }
    if (hashed && isConditional(request.headers)) {
      const held = stillGood(request.headers, { etag, lastModified: own['last-modified'] });
      if (held) return notModified(headers, held);
    }
    if (!compressing) return { ...rendered, headers };
    headers['vary'] = varying(headers['vary'], 'Accept-Encoding');
    const encoding = chosenEncoding(request.get('accept-encoding'), prepared ? forPrepared : forOthers);
    if (encoding === undefined) return { ...rendered, headers };
    headers['content-encoding'] = encoding;
    // The bytes are others, what they say is the same.
    if (etag !== undefined) headers['etag'] = weak(etag);
    const compressed = prepared ? prepared.encoded(encoding) : compress(body, encoding);
    return compressed.then((bytes) => ({ ...rendered, headers, body: bytes }));
  }

  /** By headers that are frozen, and so the same whenever a handler gives them again: the last 304 that was made. */
  const repeated = new WeakMap<object, Repeated>();

  function heldAnswer({ headers, body }: RouteResult, asked: IncomingHttpHeaders): Rendered | undefined {
    const [list, since] = [asked['if-none-match'], asked['if-modified-since']];
    const last = headers && repeated.get(headers);
    if (last && last.body === body && last.list === list && last.since === since) return last.answer;
    const own = lowerCased(headers);
    const etag = own['etag'] ?? (body instanceof PreparedBody ? body.etag : undefined);
    const held = stillGood(asked, { etag, lastModified: own['last-modified'] });
    const answer = held && notModified(own, held);
    if (answer && Object.isFrozen(headers) && headers) repeated.set(headers, { body, list, since, answer });
    return answer;
  }

  /** By frozen headers, too: the last answer with a prepared body that was made. */
  const finished = new WeakMap<object, Finished>();

  /** What never differs between two requests with the same Accept-Encoding is put together once. */
  function finishPrepared(result: RouteResult, to: To): Rendered | Promise<Rendered> {
    const { headers, body } = result;
    const accept = to.request.headers['accept-encoding'];
    const last = headers && finished.get(headers);
    if (last && last.body === body && last.accept === accept) return last.answer;
    const answer = finish(render(result, to), to);
    const keep = (made: Rendered) => {
      if (headers && Object.isFrozen(headers)) finished.set(headers, { body, accept, answer: made });
      return made;
    };
    return answer instanceof Promise ? answer.then(keep) : keep(answer);
  }

  return (result, to) => {
    const plain = result.status === 200 && result.cookies === undefined;
    const held = plain && isConditional(to.request.headers) ? heldAnswer(result, to.request.headers) : undefined;
    if (held) return held;
    if (plain && !hashed && result.body instanceof PreparedBody) return finishPrepared(result, to);
    const rendered = render(result, to);
    return plain ? finish(rendered, to) : rendered;
  };
}

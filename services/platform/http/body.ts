import type { IncomingMessage } from 'node:http';
import { bytes, isContent, platformErrors, type RequestSpec, requestType } from '../contract/index.ts';
import { problem } from './problem.ts';

/** Media type and, of its parameters, the encoding of its characters. */
const mediaType = /^([^\s;]+\/[^\s;]+)\s*(?:;\s*charset\s*=\s*"?([^\s;"]+)"?\s*)?(;.*)?$/i;

/**
 * Of a body that is too large this much is read and thrown away. Who closes with bytes unread resets the connection, and
 * the sender, still sending, may never see why: a proxy makes it a 503 (RFC 9112 9.6). Beyond this it is closed.
 */
const patienceBytes = 33_554_432;

export function hasBody(request: IncomingMessage): boolean {
  const length = request.headers['content-length'];
  return (length !== undefined && length !== '0') || request.headers['transfer-encoding'] !== undefined;
}

export function refuseBody(): never {
  throw problem(platformErrors, 'unsupported_media_type', {
    detail: { en: 'This request takes no body', ko: '이 요청은 본문을 받지 않습니다' },
  });
}

function tooLarge(request: IncomingMessage, limit: number) {
  let left = patienceBytes;
  request.on('data', (chunk: Buffer) => {
    left -= chunk.length;
    if (left < 0) request.destroy();
  });
  return problem(platformErrors, 'payload_too_large', { extensions: { maxBytes: limit } });
}

function refuseType(spec: RequestSpec): never {
  const declared = requestType(spec);
  const anyBytes = isContent(spec) && spec.schema === bytes;
  const what = anyBytes ? declared : `${declared}, UTF-8`;
  throw problem(platformErrors, 'unsupported_media_type', {
    // RFC 9110 12.5.1: in an answer, what would have been understood.
    headers: { accept: declared },
    detail: { en: `Send the body as ${what}`, ko: `본문의 형식: ${what}` },
  });
}

function accepts(spec: RequestSpec): (type: string) => boolean {
  const declared = requestType(spec).toLowerCase();
  const range = declared.endsWith('/*') ? declared.slice(0, -1) : undefined;
  const anyCharset = isContent(spec) && spec.schema === bytes;
  return (type) => {
    const [, given = '', charset = 'utf-8', rest] = mediaType.exec(type) ?? [];
    const known = given.toLowerCase();
    if (range === undefined ? known !== declared : !known.startsWith(range)) return false;
    // RFC 8259 8.1: JSON between systems is UTF-8. So is all text here.
    return anyCharset || (rest === undefined && charset.toLowerCase() === 'utf-8');
  };
}

/** Gives the bytes of a body, or undefined when there is none. */
export type ReadBody = (request: IncomingMessage) => Promise<Buffer> | undefined;

/**
 * Compiles the reading of the body that a route declares.
 * The function throws the Problem 415 for another media type or an encoding, 413 beyond the limit.
 * @param limit in bytes
 */
export function bodyReader(spec: RequestSpec, limit: number): ReadBody {
  const declared = requestType(spec);
  const accepted = accepts(spec);
  return (request) => {
    if (!hasBody(request)) return undefined;
    const type = request.headers['content-type'];
    if (type !== declared && !(type !== undefined && accepted(type))) refuseType(spec);
    return readPlain(request, limit);
  };
}

function readPlain(request: IncomingMessage, limit: number): Promise<Buffer> {
  const { headers } = request;
  const encoding = headers['content-encoding'];
  if (encoding !== undefined && encoding !== 'identity') {
    throw problem(platformErrors, 'unsupported_media_type', {
      headers: { 'accept-encoding': 'identity' },
      detail: { en: 'Send the body without a content encoding', ko: '본문을 압축하지 말고 보내세요' },
    });
  }
  const declared = Number(headers['content-length'] ?? 0);
  if (declared > limit) throw tooLarge(request, limit);
  return collect(request, limit);
}

function collect(request: IncomingMessage, limit: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const take = (chunk: Buffer) => {
      size += chunk.length;
      chunks.push(chunk);
      if (size <= limit) return;
      chunks.length = 0;
      request.off('data', take);
      reject(tooLarge(request, limit));
    };
    request.on('data', take);
    request.on('end', () => {
      const [first] = chunks;
      resolve(first !== undefined && chunks.length === 1 ? first : Buffer.concat(chunks));
    });
    request.on('error', (error) => reject(problem(platformErrors, 'invalid_request', { cause: error })));
  });
}

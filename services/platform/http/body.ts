import type { IncomingMessage } from 'node:http';
import { platformErrors } from '../contract/index.ts';
import { problem } from './problem.ts';

/** RFC 8259 8.1: JSON between systems is UTF-8. */
const jsonType = /^application\/json\s*(?:;\s*charset\s*=\s*"?utf-8"?\s*)?$/i;

/** A body so large that it is cheaper to close the connection than to read it to its end. */
const worthReadingBytes = 1_048_576;

export function hasBody(request: IncomingMessage): boolean {
  const length = request.headers['content-length'];
  return (length !== undefined && length !== '0') || request.headers['transfer-encoding'] !== undefined;
}

export function refuseBody(): never {
  throw problem(platformErrors, 'unsupported_media_type', {
    detail: { en: 'This request takes no body', ko: '이 요청은 본문을 받지 않습니다' },
  });
}

function tooLarge(limit: number, close: boolean) {
  return problem(platformErrors, 'payload_too_large', {
    extensions: { maxBytes: limit },
    ...(close && { headers: { connection: 'close' } }),
  });
}

/**
 * The text of a JSON body, or undefined when there is none.
 * @throws Problem 415 for another media type or an encoding, 413 beyond the limit
 */
export function readJsonText(request: IncomingMessage, limit: number): Promise<string | undefined> | undefined {
  if (!hasBody(request)) return undefined;
  const { headers } = request;
  const type = headers['content-type'];
  if (type !== 'application/json' && !(type !== undefined && jsonType.test(type))) {
    throw problem(platformErrors, 'unsupported_media_type');
  }
  const encoding = headers['content-encoding'];
  if (encoding !== undefined && encoding !== 'identity') {
    throw problem(platformErrors, 'unsupported_media_type', {
      headers: { 'accept-encoding': 'identity' },
      detail: { en: 'Send the body without a content encoding', ko: '본문을 압축하지 말고 보내세요' },
    });
  }
  const declared = Number(headers['content-length'] ?? 0);
  if (declared > limit) throw tooLarge(limit, declared > worthReadingBytes);
  return collect(request, limit);
}

function collect(request: IncomingMessage, limit: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > limit) {
        chunks.length = 0;
        reject(tooLarge(limit, false));
      } else {
        chunks.push(chunk);
      }
    });
    request.on('end', () => {
      const [first] = chunks;
      const whole = first !== undefined && chunks.length === 1 ? first : Buffer.concat(chunks);
      resolve(whole.toString('utf8'));
    });
    request.on('error', (error) => reject(problem(platformErrors, 'invalid_request', { cause: error })));
  });
}

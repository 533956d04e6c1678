import type { ServerResponse } from 'node:http';
import type { Answer } from './answer.ts';

/** Sends an answer: at once when it was made here, streamed when it comes from an upstream. */
export function respond(response: ServerResponse, answer: Answer): void {
  if (response.destroyed) {
    if (typeof answer.body !== 'string') answer.body.destroy();
    return;
  }
  const { status, headers, body } = answer;
  if (typeof body === 'string') {
    const empty = status === 204 || status === 304;
    if (!empty) headers.set('content-length', String(Buffer.byteLength(body)));
    response.writeHead(status, headers.toRaw());
    response.end(empty || response.req.method === 'HEAD' ? undefined : body);
    return;
  }
  response.writeHead(status, body.statusMessage, headers.toRaw());
  // What is known to be short waits for its first bytes; a stream of events must be seen to have begun.
  if (!headers.has('content-length')) response.flushHeaders();
  body.pipe(response);
  // Cut short above: cut short below too, so that the client does not take a part for the whole.
  body.once('close', () => {
    if (!body.complete) response.destroy();
  });
  body.once('error', () => response.destroy());
}

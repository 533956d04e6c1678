import { Agent, request as httpRequest, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { buffer } from 'node:stream/consumers';
import type { FuzzRequest } from './fuzz-request.ts';

export interface FuzzAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** Generous: a process that takes this long is stuck. */
const deadlineMs = 15_000;

/** Sends requests as they are, over kept connections. */
export class FuzzClient implements Disposable {
  readonly #gateway: URL;
  readonly #agent = new Agent({ keepAlive: true });

  constructor(gateway: string) {
    this.#gateway = new URL(gateway);
  }

  /** @throws Error when no answer came, or not in time */
  async send({ method, target, headers, body, chunked }: FuzzRequest, token?: string): Promise<FuzzAnswer> {
    const sent = httpRequest({
      agent: this.#agent,
      host: this.#gateway.hostname,
      port: this.#gateway.port,
      method,
      path: target,
      headers: {
        ...headers,
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        // Node guesses the framing from the method, and gives a GET none.
        ...(body && (chunked ? { 'transfer-encoding': 'chunked' } : { 'content-length': String(body.length) })),
      },
      signal: AbortSignal.timeout(deadlineMs),
    });
    const answer = new Promise<FuzzAnswer>((resolve, reject) => {
      sent.once('error', reject).once('response', (incoming) => {
        const { statusCode: status = 0, headers: given } = incoming;
        bodyOf(incoming).then((read) => resolve({ status, headers: given, body: read }), reject);
      });
    });
    // After the answer, to be cut off is no harm.
    sent.on('error', () => undefined);
    sent.end(body);
    return await answer;
  }

  [Symbol.dispose](): void {
    this.#agent.destroy();
  }
}

/** Of an event stream, which has no end, how it begins. */
async function bodyOf(incoming: IncomingMessage): Promise<Buffer> {
  if (incoming.headers['content-type'] !== 'text/event-stream') return await buffer(incoming);
  for await (const chunk of incoming) return Buffer.from(chunk);
  return Buffer.alloc(0);
}

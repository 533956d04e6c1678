/** One attempt: a request to one address, streamed there, until its response begins. */
import { type Agent, request as httpRequest, type IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import type { Target } from './destinations.ts';
import type { MeshRequest } from './request.ts';
import type { Failure } from './retries.ts';

export class UpstreamFailure extends Error {
  override readonly name = 'UpstreamFailure';
  readonly failure: Failure;
  constructor(failure: Failure, cause?: unknown) {
    super(failure, { cause });
    this.failure = failure;
  }
}

export interface SendOptions {
  readonly agent: Agent;
  readonly target: Target;
  /** Undefined when the request has none. */
  readonly body: Readable | Buffer | undefined;
  /** Milliseconds. */
  readonly connectTimeout: number;
  /** Ends the attempt, and the response too when it has begun. */
  readonly signal: AbortSignal;
}

const withoutBody = new Set(['GET', 'HEAD', 'DELETE', 'OPTIONS', 'TRACE']);

/** @throws {UpstreamFailure} when no response begins */
export function send(request: MeshRequest, options: SendOptions): Promise<IncomingMessage> {
  const { agent, target, body, signal } = options;
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const headers = request.headers.toRaw();
  // Framed as it came: Node would guess from the method, and guess wrong for a GET with a body.
  if (request.framing.body === 'chunked') headers.push('Transfer-Encoding', 'chunked');
  else if (request.framing.body === 'none' && !withoutBody.has(request.method)) headers.push('Content-Length', '0');

  const outgoing = httpRequest({
    agent,
    host: target.host,
    port: target.port,
    method: request.method,
    path: request.path + request.query,
    headers,
    setHost: false,
  });
  let connected = false;
  let connectTimer: NodeJS.Timeout | undefined;
  const onAbort = () => outgoing.destroy(new Error('ended by the mesh'));
  const settle = () => clearTimeout(connectTimer);
  /**
   * After an answer that came before the end of the body. Node's client never asks for more of it then, and the client's
   * next request would wait behind it for ever: the rest is thrown away, and the connection with it.
   */
  const stopSending = () => {
    if (outgoing.writableEnded || body === undefined || body instanceof Uint8Array) return;
    body.unpipe(outgoing);
    body.resume();
    outgoing.destroy();
  };

  outgoing.once('socket', (socket) => {
    connected = !socket.connecting;
    if (connected) return;
    connectTimer = setTimeout(() => outgoing.destroy(new Error('connect timeout')), options.connectTimeout);
    socket.once('connect', () => {
      connected = true;
      settle();
    });
  });
  outgoing.once('response', (response) => {
    settle();
    response.once('close', () => signal.removeEventListener('abort', onAbort));
    response.once('end', stopSending);
    resolve(response);
  });
  outgoing.on('error', (error) => {
    settle();
    signal.removeEventListener('abort', onAbort);
    if (!signal.aborted && retryOnFreshConnection(outgoing, request)) resolve(send(request, options));
    else reject(new UpstreamFailure(connected ? 'reset' : 'connect-failure', error));
  });
  if (signal.aborted) onAbort();
  else signal.addEventListener('abort', onAbort, { once: true });

  if (body === undefined || body instanceof Uint8Array) outgoing.end(body);
  else {
    body.pipe(outgoing);
    body.once('error', onAbort);
  }
  return promise;
}

/** A kept connection may be closed by its other end just as it is used again; what has no body can safely go out anew. */
function retryOnFreshConnection(outgoing: ReturnType<typeof httpRequest>, { framing, method }: MeshRequest) {
  return outgoing.reusedSocket && framing.body === 'none' && (method === 'GET' || method === 'HEAD');
}

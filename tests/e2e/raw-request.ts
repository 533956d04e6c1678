import { connect } from 'node:net';

/** What came back for bytes that were sent as they are. */
export interface RawAnswer {
  readonly status: number;
  readonly body: string;
  /** Answers on the connection: one for each request that the other side saw. */
  readonly answers: number;
}

export interface RawRequest {
  /** `GET` where nothing is said. */
  readonly method?: string;
  /** As it stands in the request line: nothing tidies it up on the way. */
  readonly target: string;
  /** Lines. @default the gateway's own `Host` */
  readonly host?: readonly string[];
  readonly headers?: readonly string[];
  readonly body?: string;
}

const limitMs = 10_000;

/** A request without a client that knows better: the very bytes, on a connection of its own. */
export async function sendRaw(gateway: string, request: RawRequest): Promise<RawAnswer> {
  const { hostname, port, host: own } = new URL(gateway);
  const { method = 'GET', target, host = [`Host: ${own}`], headers = [], body = '' } = request;
  const head = [`${method} ${target} HTTP/1.1`, ...host, 'Connection: close', ...headers, '', ''].join('\r\n');
  const text = await new Promise<string>((resolve, reject) => {
    const socket = connect({ host: hostname, port: Number(port), timeout: limitMs });
    let read = '';
    socket.setEncoding('latin1').on('data', (part: string) => {
      read += part;
    });
    socket.once('end', () => resolve(read));
    // Whoever closes with our bytes unread resets the connection; the answer is there all the same.
    socket.once('error', (error) => (read === '' ? reject(error) : resolve(read)));
    socket.once('timeout', () => {
      socket.destroy();
      reject(new Error(`no end of the answer to ${method} ${target} in ${limitMs} ms`));
    });
    socket.write(head + body, 'latin1');
  });
  const [status = ''] = /(?<=^HTTP\/1\.1 )\d{3}/.exec(text) ?? [];
  return {
    status: Number(status),
    body: text.slice(text.indexOf('\r\n\r\n') + 4),
    answers: text.match(/HTTP\/1\.1 \d{3} /g)?.length ?? 0,
  };
}

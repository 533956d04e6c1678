import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

export interface Reply {
  readonly status: number;
  /** Its bytes, each as a character. */
  readonly body: string;
}

export interface Asked {
  readonly method: 'POST' | 'GET';
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: object;
}

const head = /^HTTP\/1\.1 (\d{3}) [^]*?\r\ncontent-length: (\d+)\r\n/i;

/** A connection that asks one thing after another. It does as little as can be done, so that a server can be kept busy. */
export class Lane {
  readonly #socket: Socket;
  #received = '';
  #waiting: PromiseWithResolvers<Reply> | undefined;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setEncoding('latin1');
    socket.on('data', (text: string) => this.#take(text));
    socket.on('error', (error) => this.#waiting?.reject(error));
    socket.on('close', () => this.#waiting?.reject(new Error('the connection was closed')));
  }

  static async open(url: string): Promise<Lane> {
    const { hostname, port } = new URL(url);
    const socket = connect({ host: hostname, port: Number(port), noDelay: true });
    await once(socket, 'connect');
    return new Lane(socket);
  }

  /** @param request made by {@link requestOf} */
  ask(request: string): Promise<Reply> {
    this.#waiting = Promise.withResolvers<Reply>();
    this.#socket.write(request, 'latin1');
    return this.#waiting.promise;
  }

  close(): void {
    this.#socket.destroy();
  }

  #take(text: string) {
    this.#received += text;
    const end = this.#received.indexOf('\r\n\r\n') + 4;
    if (end < 4) return;
    const [, status, length] = head.exec(this.#received.slice(0, end)) ?? [];
    if (length === undefined) {
      this.#waiting?.reject(new Error(`an answer without a length: ${this.#received.slice(0, end)}`));
      return;
    }
    if (this.#received.length < end + Number(length)) return;
    const body = this.#received.slice(end);
    this.#received = '';
    this.#waiting?.resolve({ status: Number(status), body });
  }
}

/** The bytes of a request, each as a character. */
export function requestOf({ method, path, headers = {}, body }: Asked): string {
  const content = body === undefined ? '' : Buffer.from(JSON.stringify(body)).toString('latin1');
  const all = {
    host: 'localhost',
    ...headers,
    ...(body !== undefined && { 'content-type': 'application/json', 'content-length': String(content.length) }),
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return `${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n${content}`;
}

export interface OnLanes<T> {
  /** Of servers that take turns. */
  readonly urls: readonly string[];
  readonly width: number;
  readonly items: readonly T[];
  readonly run: (lane: Lane, item: T) => Promise<void>;
}

/** Does it with each item, on as many connections. @returns milliseconds, without those for connecting */
export async function onLanes<T>({ urls, width, items, run }: OnLanes<T>): Promise<number> {
  const lanes = await Promise.all(Array.from({ length: width }, (_, at) => Lane.open(urls[at % urls.length] ?? '')));
  const next = items.values();
  const started = performance.now();
  try {
    await Promise.all(
      lanes.map(async (lane) => {
        for (const item of next) await run(lane, item);
      }),
    );
    return performance.now() - started;
  } finally {
    for (const lane of lanes) lane.close();
  }
}

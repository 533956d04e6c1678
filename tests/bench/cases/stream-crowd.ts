import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { waitFor } from '@ticketaka/platform/testing';

/** Many clients of one event stream, who note when they hear of each version. */
export class StreamCrowd {
  readonly #sockets: Socket[] = [];
  readonly #seen: number[] = [];
  readonly #sentAt = new Map<number, number>();
  /** Milliseconds from a change to a client that hears of it. */
  readonly latencies: number[] = [];
  lost = 0;

  /** @param after the version that they know, as `<epoch>-<count>` */
  static async join(url: string, { size, after }: { size: number; after: string }): Promise<StreamCrowd> {
    const crowd = new StreamCrowd();
    const { hostname, port, pathname } = new URL(url);
    const count = Number(after.split('-')[1]);
    const ask = `GET ${pathname}?after=${after} HTTP/1.1\r\nhost: ${hostname}\r\naccept: text/event-stream\r\n\r\n`;
    for (let joined = 0; joined < size; joined += 100) {
      await Promise.all(
        Array.from({ length: Math.min(100, size - joined) }, () => crowd.#join({ hostname, port, ask, count })),
      );
    }
    return crowd;
  }

  async #join({ hostname, port, ask, count }: { hostname: string; port: string; ask: string; count: number }) {
    const index = this.#sockets.length;
    const socket = connect(Number(port), hostname);
    this.#sockets.push(socket);
    this.#seen.push(count);
    await once(socket, 'connect');
    socket.write(ask);
    const [head] = await once(socket, 'data');
    if (!String(head).startsWith('HTTP/1.1 200')) throw new Error(`the stream was answered with ${String(head)}`);
    socket.on('data', (chunk: Buffer) => this.#hear(index, chunk.toString('latin1')));
    socket.on('close', () => (this.lost += 1));
  }

  #hear(index: number, text: string) {
    const at = text.lastIndexOf('id: ');
    const id = /^id: \d+-(\d+)/.exec(text.slice(Math.max(0, at)));
    if (!id) return;
    const now = performance.now();
    const from = this.#seen[index] ?? 0;
    const to = Number(id[1]);
    for (let version = from + 1; version <= to; version += 1) {
      const sentAt = this.#sentAt.get(version);
      if (sentAt !== undefined) this.latencies.push(now - sentAt);
    }
    this.#seen[index] = to;
  }

  /** What is about to be the next version, at this moment. */
  sends(version: number): void {
    this.#sentAt.set(version, performance.now());
  }

  /** Resolves when everybody has heard of a version. */
  async heard(version: number): Promise<void> {
    await waitFor(() => this.#seen.every((seen) => seen >= version), { what: 'everybody to hear', timeoutMs: 30_000 });
  }

  leave(): void {
    for (const socket of this.#sockets) socket.removeAllListeners('close').destroy();
  }
}

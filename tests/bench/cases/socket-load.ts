import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** A command as Redis reads it (RESP). */
export const encodeCommand = (...words: readonly (string | number)[]): string =>
  `*${words.length}\r\n${words.map((word) => `$${Buffer.byteLength(String(word))}\r\n${word}\r\n`).join('')}`;

/** Bare connections to Redis with one command in flight on each, as redis-benchmark has them. */
export class SocketLoad {
  readonly #sockets: readonly Socket[];

  private constructor(sockets: readonly Socket[]) {
    this.#sockets = sockets;
  }

  static async open(url: string, connections: number): Promise<SocketLoad> {
    const { hostname, port, username, password, pathname } = new URL(url);
    const open = async () => {
      const socket = connect({ host: hostname, port: Number(port), noDelay: true });
      socket.setEncoding('latin1');
      await once(socket, 'connect');
      for (const command of [
        ['AUTH', username, password],
        ['SELECT', pathname.slice(1)],
      ]) {
        socket.write(encodeCommand(...command));
        const [reply] = await once(socket, 'data');
        if (reply !== '+OK\r\n') throw new Error(String(reply));
      }
      return socket;
    };
    return new SocketLoad(await Promise.all(Array.from({ length: connections }, open)));
  }

  /** Sends each command once. The replies are in the order of the commands. */
  async run(commands: readonly string[]): Promise<{ readonly seconds: number; readonly replies: readonly string[] }> {
    const replies: string[] = [];
    let next = 0;
    const started = performance.now();
    await Promise.all(
      this.#sockets.map((socket) => {
        const { promise, resolve, reject } = Promise.withResolvers<void>();
        let place = 0;
        let reply = '';
        const send = () => {
          place = next;
          const command = commands[next];
          next += 1;
          if (command === undefined) {
            socket.removeAllListeners();
            resolve();
          } else socket.write(command, 'latin1');
        };
        socket.on('error', reject);
        socket.on('data', (data: string) => {
          reply += data;
          if (!isWhole(reply)) return;
          replies[place] = reply;
          reply = '';
          send();
        });
        send();
        return promise;
      }),
    );
    return { seconds: (performance.now() - started) / 1_000, replies };
  }

  close(): void {
    for (const socket of this.#sockets) socket.destroy();
  }
}

/** Whether all of a reply is there: an error, or an array of texts without line breaks and of numbers. */
function isWhole(reply: string): boolean {
  if (!reply.endsWith('\r\n')) return false;
  if (!reply.startsWith('*')) return true;
  const [head = '', ...lines] = reply.slice(0, -2).split('\r\n');
  const texts = lines.filter((line) => line.startsWith('$')).length;
  return lines.length - texts === Number(head.slice(1));
}

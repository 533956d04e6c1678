import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** Decides about bytes on their way to the server. Resolves when they may go on, or `false` when they never will. */
export type Gate = (bytes: Buffer) => Promise<boolean>;

export interface Proxy extends AsyncDisposable {
  readonly port: number;
  /** Before bytes of a client reach the server. */
  toServer: Gate;
  /** Before bytes of the server reach a client. */
  toClient: Gate;
  /** Breaks every connection there is. */
  cut(): void;
}

const pass: Gate = async () => true;

/** Stands between a service and a server, so that a fault strikes at one byte and not at some moment. */
export async function startProxy(host: string, port: number): Promise<Proxy> {
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(port, host);
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.once('close', () => {
        sockets.delete(socket);
        client.destroy();
        upstream.destroy();
      });
    }
    pipe(client, upstream, (bytes) => proxy.toServer(bytes));
    pipe(upstream, client, (bytes) => proxy.toClient(bytes));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const at = server.address();
  const proxy: Proxy = {
    port: typeof at === 'object' && at ? at.port : 0,
    toServer: pass,
    toClient: pass,
    cut() {
      for (const socket of sockets) socket.destroy();
    },
    async [Symbol.asyncDispose]() {
      proxy.cut();
      server.close();
    },
  };
  return proxy;
}

/** One piece after the other, so that nothing overtakes what is held up. */
function pipe(from: Socket, to: Socket, gate: Gate) {
  let before = Promise.resolve();
  const send = async (bytes: Buffer, turn: Promise<void>) => {
    await turn;
    if (await gate(bytes)) to.write(bytes);
  };
  from.on('data', (bytes: Buffer) => {
    before = send(bytes, before);
  });
}

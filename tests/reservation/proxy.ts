import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** Decides about bytes on their way to the server. Resolves when they may go on, or `false` when they never will. */
export type Gate = (bytes: Buffer) => Promise<boolean>;

export interface Proxy extends AsyncDisposable {
  readonly port: number;
  /** Port of the server, for connections that are made from then on. */
  target: number;
  /** Before bytes of a client reach the server. */
  toServer: Gate;
  /** Before bytes of the server reach a client. */
  toClient: Gate;
  /** Breaks every connection there is. */
  cut(): void;
}

const open: Gate = async () => true;

/**
 * Stands between a service and a server, so that a fault strikes at one byte and not at some moment.
 * @param revise changes what goes to the server
 */
export async function startProxy(
  { hostname, port }: { readonly hostname: string; readonly port: number },
  revise: (bytes: Buffer) => Buffer = (bytes) => bytes,
): Promise<Proxy> {
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(proxy.target, hostname);
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.once('close', () => {
        sockets.delete(socket);
        client.destroy();
        upstream.destroy();
      });
    }
    pipe(client, upstream, async (bytes) => (await proxy.toServer(bytes)) && revise(bytes));
    pipe(upstream, client, async (bytes) => (await proxy.toClient(bytes)) && bytes);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const at = server.address();
  const proxy: Proxy = {
    port: typeof at === 'object' && at ? at.port : 0,
    target: port,
    toServer: open,
    toClient: open,
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
function pipe(from: Socket, to: Socket, pass: (bytes: Buffer) => Promise<Buffer | false>) {
  let before = Promise.resolve();
  const send = async (bytes: Buffer, turn: Promise<void>) => {
    await turn;
    const passed = await pass(bytes);
    if (passed) to.write(passed);
  };
  from.on('data', (bytes: Buffer) => {
    before = send(bytes, before);
  });
}

/** The same server by way of a proxy. */
export function by(proxy: Proxy, server: string): string {
  const url = new URL(server);
  url.host = `127.0.0.1:${proxy.port}`;
  return url.href;
}

export function locationOf(server: string) {
  const { hostname, port } = new URL(server);
  return { hostname, port: Number(port) };
}

/** The sockets that are listened on: one for the gateway, one for each workload's own requests. */

import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/** A listening server that can be stopped: gently first, then for good. */
export class Listener {
  readonly wantedPort: number;
  readonly #server: Server;
  readonly #host: string;
  readonly #sockets = new Set<Socket>();

  constructor(server: Server, address: { readonly host: string; readonly port: number }) {
    this.#server = server;
    this.#host = address.host;
    this.wantedPort = address.port;
    server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
    });
  }

  async start(): Promise<this> {
    this.#server.listen(this.wantedPort, this.#host);
    await once(this.#server, 'listening');
    return this;
  }

  get port(): number {
    // A TCP server that listens has an address of this form.
    return (this.#server.address() as AddressInfo).port;
  }

  /** Lets requests under way finish until the signal aborts, then closes what is left, tunnels too. */
  async stop(deadline: AbortSignal): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    const force = () => {
      for (const socket of this.#sockets) socket.destroy();
    };
    if (deadline.aborted) force();
    else deadline.addEventListener('abort', force, { once: true });
    await closed;
    deadline.removeEventListener('abort', force);
  }
}

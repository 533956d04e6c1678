import { once } from 'node:events';
import type { Server } from 'node:http';
import { closing } from './closing.ts';

export interface Listening {
  readonly port: number;
  /** `http://127.0.0.1:8080` */
  readonly url: string;
  /**
   * Stops accepting, ends event streams, lets running requests finish, closes idle connections, and after the deadline all of them.
   * Resolves when the last connection is closed.
   */
  close(options?: { readonly deadlineMs?: number }): Promise<void>;
}

/** Idle connections are looked for this often while the server closes. */
const sweepMs = 20;

/**
 * @param port 0 for any free one
 * @param host @default all addresses, IPv6 and IPv4
 * @throws when the port is taken
 */
export async function listen(server: Server, port: number, host?: string): Promise<Listening> {
  const listening = once(server, 'listening');
  server.listen({ port, ...(host !== undefined && { host }) });
  await listening;
  const address = server.address();
  if (address === null || typeof address === 'string') throw new TypeError('the server does not listen on a port');
  const name = address.address.includes(':') ? '[::1]' : address.address;
  const shown = address.address === '::' || address.address === '0.0.0.0' ? '127.0.0.1' : name;
  let closed: Promise<void> | undefined;
  return {
    port: address.port,
    url: `http://${shown}:${address.port}`,
    close: ({ deadlineMs = 10_000 } = {}) => (closed ??= closeGracefully(server, deadlineMs)),
  };
}

async function closeGracefully(server: Server, deadlineMs: number): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  server.emit(closing);
  // A connection that was busy when the server began to close becomes idle later, and Node would keep it open.
  const sweep = setInterval(() => server.closeIdleConnections(), sweepMs);
  const force = setTimeout(() => server.closeAllConnections(), deadlineMs);
  try {
    await closed;
  } finally {
    clearInterval(sweep);
    clearTimeout(force);
  }
}

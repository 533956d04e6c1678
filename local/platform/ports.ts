import { once } from 'node:events';
import { createServer } from 'node:net';

export interface PortWishes {
  /** Ports that the user asked for. 0 leaves the choice. */
  readonly fixed: Readonly<Record<string, number>>;
  /** Ports of an earlier run, to be had again if they are free: bookmarks stay good. */
  readonly remembered: Readonly<Record<string, number>>;
}

/** Somebody else listens on a port that was asked for. */
export class PortTaken extends Error {
  override readonly name = 'PortTaken';
  readonly port: number;
  readonly use: string;

  constructor(use: string, port: number) {
    super(`port ${port} (${use}) is taken by another program`);
    this.port = port;
    this.use = use;
  }
}

/**
 * Below what Linux, macOS and Windows give to outgoing connections: a client that tries again and again to reach a
 * server which is being started anew could otherwise be given the server's own port to call from, and block it.
 */
const range = { from: 20_000, to: 31_999 };

/** A port of 127.0.0.1 for each name, free at this moment. @throws PortTaken */
export async function choosePorts(
  names: readonly string[],
  { fixed, remembered }: PortWishes,
): Promise<Readonly<Record<string, number>>> {
  const chosen: Record<string, number> = {};
  const isUsable = async (port: number) => !Object.values(chosen).includes(port) && (await isFree(port));
  for (const name of names) {
    const wanted = fixed[name] ?? 0;
    if (wanted === 0) continue;
    if (!(await isUsable(wanted))) throw new PortTaken(name, wanted);
    chosen[name] = wanted;
  }
  for (const name of names) {
    if (chosen[name] !== undefined) continue;
    let port = remembered[name] ?? randomPort();
    while (!(await isUsable(port))) port = randomPort();
    chosen[name] = port;
  }
  return chosen;
}

function randomPort(): number {
  return range.from + Math.floor(Math.random() * (range.to - range.from + 1));
}

/** Whether nobody listens on the port of loopback, by either protocol: browsers take `localhost` for both. */
async function isFree(port: number): Promise<boolean> {
  return (await canListen(port, '127.0.0.1')) && (await canListen(port, '::1'));
}

async function canListen(port: number, host: string): Promise<boolean> {
  const server = createServer();
  try {
    await once(server.listen({ port, host, exclusive: true }), 'listening');
  } catch (error) {
    // A machine without IPv6 has nobody listening there.
    return typeof error === 'object' && error !== null && 'code' in error && error.code === 'EADDRNOTAVAIL';
  }
  await once(server.close(), 'close');
  return true;
}

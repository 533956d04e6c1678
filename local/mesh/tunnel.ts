/** CONNECT: bytes as they are, to a host that a ServiceEntry declares. */
import { connect, type Socket } from 'node:net';
import { pipeline } from 'node:stream';
import type { Target } from './destinations.ts';

export function openTunnel(client: Socket, head: Buffer, targets: readonly Target[]): void {
  const [target] = targets;
  if (!target) {
    refuseTunnel(client, 'no healthy upstream');
    return;
  }
  const upstream = connect({ host: target.host, port: target.port });
  const failed = () => refuseTunnel(client, 'upstream connect error\n');
  upstream.once('error', failed);
  upstream.once('connect', () => {
    upstream.off('error', failed);
    client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
    upstream.write(head);
    // Either end that closes or breaks closes the other.
    pipeline(client, upstream, () => client.destroy());
    pipeline(upstream, client, () => upstream.destroy());
  });
  client.once('close', () => upstream.destroy());
}

/** As a proxy says no to CONNECT. */
export function refuseTunnel(client: Socket, reason: string): void {
  client.on('error', () => client.destroy());
  client.end(
    `HTTP/1.1 502 Bad Gateway\r\nx-mesh-refused: ${reason.trim()}\r\nconnection: close\r\n` +
      `content-length: ${Buffer.byteLength(reason)}\r\n\r\n${reason}`,
  );
}

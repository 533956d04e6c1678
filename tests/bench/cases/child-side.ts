import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createServer } from '@ticketaka/platform/http';
import type { Express } from 'express';
import { emptyApp } from './empty-app.ts';

/** What a file that `startChildServer` starts does when it listens: says where, and tells its CPU time when it is asked. */
export function answerParent(ports: { readonly port: number; readonly emptyPort?: number }): void {
  process.send?.(ports);
  // Whoever measures has gone, however it ended.
  process.on('disconnect', () => process.exit());
  process.on('message', () => {
    const { user, system } = process.cpuUsage();
    process.send?.({ cpu: user + system });
  });
}

/** Serves the app beside an empty one: in one process, so that both have the same heap to be collected. */
export async function serveBesideEmpty(app: Express, { backlog }: { readonly backlog?: number } = {}): Promise<void> {
  const [port, emptyPort] = await Promise.all(
    [app, emptyApp()].map((each) => listenLocally(createServer(each), backlog)),
  );
  if (port === undefined || emptyPort === undefined) throw new Error('there are two');
  answerParent({ port, emptyPort });
}

/** The port that it has from now on. */
export async function listenLocally(server: Server, backlog?: number): Promise<number> {
  server.listen({ port: 0, host: '127.0.0.1', ...(backlog !== undefined && { backlog }) });
  await once(server, 'listening');
  // A server that listens on a port has an address of this form.
  return (server.address() as AddressInfo).port;
}

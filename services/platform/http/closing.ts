import type { Server } from 'node:http';
import type { Express } from 'express';

const listeners = new WeakMap<Express, (() => void)[]>();

/** The event of a server that begins to close: answers without an end of their own end now. */
export const closing = 'ticketaka.closing';

/** What is done when a server of the application begins to close. */
export function whenClosing(app: Express, listener: () => void): void {
  listeners.set(app, [...(listeners.get(app) ?? []), listener]);
}

/** Tells an application when its server begins to close. */
export function tellClosing(server: Server, app: Express): void {
  server.once(closing, () => {
    for (const listener of listeners.get(app) ?? []) listener();
  });
}

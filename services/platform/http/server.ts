import { createServer as createHttpServer, IncomingMessage, type Server, ServerResponse } from 'node:http';
import type { Express } from 'express';
import { tellClosing } from './closing.ts';

const classes = new WeakMap<Express, ReturnType<typeof makeClasses>>();

/**
 * Express gives each request and response its own prototypes, and changing the prototype of a live object makes V8 give
 * up what it knew of it: most of what stock Express costs on Node 20, a tenth on Node 24. Here they are born with those
 * prototypes, so that Express sets what is already set. A test compares both ways on every upgrade.
 */
function makeClasses(app: Express) {
  class ExpressRequest extends IncomingMessage {}
  class ExpressResponse extends ServerResponse {}
  Object.setPrototypeOf(ExpressRequest.prototype, app.request);
  Object.setPrototypeOf(ExpressResponse.prototype, app.response);
  // Each inherits from the very object that it replaces.
  app.request = ExpressRequest.prototype as Express['request'];
  app.response = ExpressResponse.prototype as Express['response'];
  return { IncomingMessage: ExpressRequest, ServerResponse: ExpressResponse };
}

function messageClasses(app: Express) {
  const made = classes.get(app) ?? makeClasses(app);
  classes.set(app, made);
  return made;
}

/** Envoy keeps an idle connection to a workload for an hour, and then closes it. */
const envoyIdleMs = 3_600_000;

/** A server for an Express application, faster than `app.listen` and with limits. */
export function createServer(app: Express): Server {
  const server = createHttpServer(
    {
      ...messageClasses(app),
      // The side that sends requests must be the first to close an idle connection, or it sends one into a closing
      // connection and gets a reset. The peer is the sidecar; nobody else reaches this port.
      keepAliveTimeout: envoyIdleMs + 60_000,
      headersTimeout: 10_000,
      requestTimeout: 30_000,
      maxHeaderSize: 16_384,
    },
    app,
  );
  tellClosing(server, app);
  return server;
}

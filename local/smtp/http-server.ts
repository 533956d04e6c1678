import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { z } from 'zod';
import { apiRoutes } from './api-routes.ts';
import type { Chaos } from './chaos.ts';
import type { Mailbox } from './mailbox.ts';
import { pageRoutes } from './page-routes.ts';
import { type Route, send } from './route.ts';

export interface HttpOptions {
  readonly mailbox: Mailbox;
  readonly chaos: Chaos;
}

/** The page and Mailpit's API. For this machine's own browser and tests only: it must listen on loopback. */
export function createHttpServer(options: HttpOptions): Server {
  const routes = [...pageRoutes(options.mailbox), ...apiRoutes(options.mailbox, options.chaos)];
  return createServer((request, response) => {
    answer(routes, request, response).catch((error: unknown) => {
      if (response.headersSent) return response.destroy();
      if (error instanceof z.ZodError || error instanceof SyntaxError) return send(response, 400, error.message);
      console.error(error);
      return send(response, 500, 'internal error');
    });
  });
}

async function answer(routes: readonly Route[], request: IncomingMessage, response: ServerResponse): Promise<void> {
  response.setHeader('x-content-type-options', 'nosniff');
  response.setHeader('referrer-policy', 'no-referrer');
  response.setHeader('cache-control', 'no-store');
  // A page of another site whose name was rebound to this address would read the mails as its own.
  if (!isLocalName(`http://${request.headers.host ?? ''}`)) return send(response, 403, 'ask for localhost');
  const { origin } = request.headers;
  if (origin !== undefined && !isLocalName(origin)) return send(response, 403, 'not from another site');

  const url = new URL(request.url ?? '/', 'http://localhost');
  const matching = routes.filter((candidate) => candidate.path.test(url.pathname));
  const route = matching.find(({ method }) => method === (request.method === 'HEAD' ? 'GET' : request.method));
  if (!route) return send(response, matching.length > 0 ? 405 : 404, matching.length > 0 ? 'not so' : 'not found');
  const sent = await text(request);
  const body: unknown = sent === '' ? {} : JSON.parse(sent);
  const params = route.path.exec(url.pathname)?.slice(1).map(decodeURIComponent) ?? [];
  route.handle({ url, body, params }, response);
}

function isLocalName(origin: string): boolean {
  return URL.canParse(origin) && ['localhost', '127.0.0.1', '[::1]'].includes(new URL(origin).hostname);
}

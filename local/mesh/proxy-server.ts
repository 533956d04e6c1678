/** An HTTP server whose every request becomes an answer; the frame around ingress and outbound alike. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AccessLog, AccessLogEntry } from './access-log.ts';
import { type Answer, localAnswer } from './answer.ts';
import type { Client } from './exchange.ts';
import { respond } from './respond.ts';

export type Handle = (client: Client, log: AccessLogEntry) => Promise<Answer>;

export interface ProxyServerOptions {
  /** Name of the listener in the log. */
  readonly name: string;
  readonly handle: Handle;
  readonly log: AccessLog;
  readonly now: () => number;
}

export function createProxyServer({ name, handle, log, now }: ProxyServerOptions): Server {
  const serve = async (request: IncomingMessage, response: ServerResponse) => {
    const gone = new AbortController();
    response.once('close', () => {
      if (!response.writableFinished) gone.abort();
    });
    // A socket that breaks is seen as a close; without a listener the error would end the process.
    request.on('error', () => undefined);
    response.on('error', () => undefined);
    const entry: AccessLogEntry = {
      listener: name,
      startedAt: now(),
      method: request.method ?? '',
      path: '',
      host: '',
    };
    const answer = wantsUpgrade(request)
      ? localAnswer(501, 'upgrades are not carried by this mesh\n', { flags: 'NoUpgrade' })
      : await handle({ request, response, gone: gone.signal }, entry).catch((error: unknown) => {
          if (!gone.signal.aborted) log.event('error', 'request failed', { error: String(error), route: entry.route });
          return localAnswer(500, '', { flags: 'Bug' });
        });
    const flags = gone.signal.aborted ? 'DC' : answer.flags;
    log.request(entry, { status: answer.status, flags, now: now() });
    try {
      respond(response, answer);
    } catch (error) {
      // An upstream may say things that may not be said again, such as a reason phrase with odd bytes.
      log.event('error', 'response cannot be sent', { error: String(error), route: entry.route });
      response.destroy();
    }
  };
  const server = createServer(
    // The strict parser refuses what could be read in two ways; kept connections outlive those of our own clients.
    { insecureHTTPParser: false, keepAliveTimeout: 65_000, requireHostHeader: true, noDelay: true },
    (request, response) => void serve(request, response),
  );
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (error.code === 'ECONNRESET' || !socket.writable) socket.destroy();
    else socket.end('HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-length: 0\r\n\r\n');
  });
  return server;
}

/** `h2c` is an offer that may be passed over (RFC 9110 7.8); a websocket is useless without the upgrade. */
function wantsUpgrade({ headers }: IncomingMessage) {
  return headers.upgrade !== undefined && headers.upgrade.toLowerCase() !== 'h2c';
}

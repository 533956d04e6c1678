/** The outbound listener of one workload: it knows who calls, and refuses every host that is not declared. */
import { randomUUID } from 'node:crypto';
import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import type { AccessLog } from './access-log.ts';
import { badRequest, blackHole } from './answer.ts';
import type { Runtime } from './exchange.ts';
import { forward } from './forward.ts';
import { lookUp } from './lookup.ts';
import type { Mesh } from './mesh.ts';
import { createProxyServer, type Handle } from './proxy-server.ts';
import { parseAuthority, readRequest } from './request.ts';
import { findRoute, noRoute, runRoute } from './run-route.ts';
import { openTunnel, refuseTunnel } from './tunnel.ts';
import { findVirtualHost } from './virtual-hosts.ts';

export interface OutboundOptions {
  /** The workload that calls. */
  readonly name: string;
  readonly current: () => Mesh;
  readonly runtime: Runtime;
  readonly log: AccessLog;
}

/** Port of the tunnel that a connection came through. */
const tunnelPorts = new WeakMap<Socket, number>();

/**
 * Takes requests as a proxy does: absolute form from http.request, CONNECT from fetch even for plain HTTP, whose tunnel
 * is then served as a connection.
 */
export function createOutboundServer(options: OutboundOptions): Server {
  const { name, runtime, log, current } = options;
  const server = createProxyServer({ name, handle: outboundHandler(options), log, now: runtime.now });
  server.on('connect', (request, socket: Socket, head: Buffer) => {
    const asked = parseAuthority(request.url ?? '');
    const caller = current().callers.get(name);
    const target = asked && { host: asked.host, port: asked.port ?? 80 };
    const found = target && caller ? lookUp(caller, target) : { kind: 'unknown' as const };
    // An unknown host on the port of plain HTTP gets its 502 as an answer, which fetch can read, not as a failed tunnel.
    if (target && (found.kind === 'http' || (found.kind === 'unknown' && target.port === 80))) {
      tunnelPorts.set(socket, target.port);
      socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      if (head.length > 0) socket.unshift(head);
      server.emit('connection', socket);
    } else if (found.kind === 'tunnel') {
      log.event('info', 'tunnel', { listener: name, host: asked?.host });
      openTunnel(socket, head, found.targets);
    } else {
      log.event('warn', 'tunnel refused: the host is not in the registry', { listener: name, host: asked?.host });
      refuseTunnel(socket, `the mesh knows no host ${asked?.host ?? ''} for this workload\n`);
    }
  });
  return server;
}

function outboundHandler({ name, current, runtime }: OutboundOptions): Handle {
  return async (client, log) => {
    const mesh = current();
    const caller = mesh.callers.get(name);
    const { request: incoming } = client;
    const tunnelPort = tunnelPorts.get(incoming.socket);
    const request = readRequest(
      {
        method: incoming.method ?? '',
        target: incoming.url ?? '',
        rawHeaders: incoming.rawHeaders,
        peerAddress: incoming.socket.remoteAddress ?? '',
      },
      { normalization: mesh.normalization, ...(tunnelPort !== undefined && { port: tunnelPort }) },
    );
    if ('malformed' in request) {
      log.policy = `malformed: ${request.malformed}`;
      return badRequest();
    }
    log.path = request.path;
    const found = caller ? lookUp(caller, request) : { kind: 'unknown' as const };
    log.host = found.kind === 'http' ? found.host : request.host;
    if (!caller || found.kind !== 'http') return blackHole(request.host);

    if (!request.headers.has('x-request-id')) request.headers.set('X-Request-Id', randomUUID());
    request.headers.set('X-Forwarded-Proto', request.scheme);
    request.headers.remove('x-forwarded-client-cert');
    log.requestId = request.headers.get('x-request-id') ?? '';

    const exchange = { mesh, runtime, client, source: caller.workload, log };
    const virtualHost = findVirtualHost(caller.virtualHosts, found.host);
    if (!virtualHost) {
      const upstream = caller.resolve({ host: found.host, port: found.port }, request);
      if (!upstream) return blackHole(request.host);
      return forward(exchange, { request, upstream, limits: { timeout: 0, retries: mesh.defaultRetries } });
    }
    const matched = findRoute(virtualHost.routes, request, {
      gateway: 'mesh',
      sourceLabels: caller.workload.labels,
    });
    if (!matched) return noRoute();
    return runRoute(exchange, matched, { request, resolve: caller.resolve });
  };
}

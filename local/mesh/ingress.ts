/** The ingress gateway: from outside, by Gateway and VirtualService, to the workloads. */
import { randomUUID } from 'node:crypto';
import { admit } from './admission.ts';
import { badRequest } from './answer.ts';
import type { Runtime } from './exchange.ts';
import { removeEdgeHeaders } from './headers.ts';
import { coversHost } from './host-names.ts';
import type { Mesh } from './mesh.ts';
import type { Handle } from './proxy-server.ts';
import { readRequest } from './request.ts';
import { findRoute, noRoute, runRoute } from './run-route.ts';

/** @param current the loaded set of manifests; a request keeps the one that it began with */
export function ingressHandler(current: () => Mesh, runtime: Runtime): Handle {
  return async (client, log) => {
    const mesh = current();
    const { gateway } = mesh;
    const { request: incoming } = client;
    const clientAddress = incoming.socket.remoteAddress ?? '';
    const request = readRequest(
      {
        method: incoming.method ?? '',
        target: incoming.url ?? '',
        rawHeaders: incoming.rawHeaders,
        peerAddress: clientAddress,
      },
      { normalization: mesh.normalization, port: gateway.port },
    );
    if ('malformed' in request) {
      log.policy = `malformed: ${request.malformed}`;
      return badRequest();
    }
    removeEdgeHeaders(request.headers);
    const requestId = randomUUID();
    request.headers.set('X-Request-Id', requestId);
    request.headers.set('X-Forwarded-For', request.peerAddress);
    request.headers.set('X-Forwarded-Proto', request.scheme);
    request.headers.set('X-Envoy-External-Address', request.peerAddress);
    Object.assign(log, { path: request.path, requestId });

    const virtualHost = gateway.virtualHosts.find(({ host }) => coversHost(host, request.host));
    if (virtualHost) log.host = virtualHost.host;
    const matched =
      virtualHost &&
      findRoute(virtualHost.routes, request, {
        gateway: virtualHost.gateway,
        sourceLabels: gateway.workload.labels,
      });
    const admission = await admit(request, gateway.door, {
      visitor: { principal: undefined, sourceIp: request.peerAddress, remoteIp: request.peerAddress },
      destinationPort: gateway.port,
      now: runtime.now() / 1000,
    });
    log.policy = admission.policy;
    if ('answer' in admission) return admission.answer;
    if (!matched) return noRoute();
    const exchange = { mesh, runtime, client, source: gateway.workload, log };
    return runRoute(exchange, matched, { request: admission.admitted, resolve: gateway.resolve });
  };
}

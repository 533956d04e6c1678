import { VirtualService } from '@kubernetes-models/istio/networking.istio.io/v1/VirtualService';
import { eventStreamOf, type Route, type Service } from '@ticketaka/platform/contract';
import { Construct } from 'constructs';
import { ingress, namespace } from '../names.ts';
import { methodsOf } from '../topology/operation.ts';
import { bySpecificity, uriMatch } from '../topology/path-pattern.ts';
import { isExposed, needsToken, type Topology } from '../topology/topology.ts';
import { readTraffic, streamTraffic, strippedHeaders, writeTraffic } from '../traffic.ts';
import { toRevisions, toWorkload } from './destinations.ts';
import { manifest } from './manifest.ts';
import { bearerHeader, missingToken } from './missing-token.ts';

export interface EdgeRoutesProps {
  readonly topology: Topology;
  readonly service: Service;
  /** Hosts of the gateway. */
  readonly hosts: readonly string[];
  /**
   * Whether two revisions of a workload may run side by side. Then routes delegate to those of its revisions.
   * @default false
   */
  readonly revisions?: boolean;
}

/** What clients outside may ask of one service: each of its routes that is not internal, and nothing else. */
export class EdgeRoutes extends Construct {
  constructor(scope: Construct, id: string, props: EdgeRoutesProps) {
    super(scope, id);
    const routes = Object.values(props.service.api?.routes ?? {})
      .filter(isExposed)
      .toSorted((a, b) => bySpecificity(a.fullPath, b.fullPath) || (a.method < b.method ? -1 : 1));
    if (routes.length === 0) return;
    const to = props.revisions ? toRevisions : toWorkload;
    manifest(
      this,
      'routes',
      new VirtualService({
        metadata: { name: `${props.service.name}-edge`, namespace },
        spec: {
          hosts: [...props.hosts],
          gateways: [`${ingress.namespace}/${ingress.gateway}`],
          exportTo: [ingress.namespace],
          http: routes.flatMap((route) => [
            ...(needsToken(route) ? [refuse(route)] : []),
            forward(route, to(props.topology.workloadOf(route).name)),
          ]),
        },
      }),
    );
  }
}

function refuse(route: Route) {
  return {
    name: `${route.name}-without-token`,
    match: [{ ...requestsOf(route), withoutHeaders: { authorization: { regex: bearerHeader } } }],
    ...missingToken,
  };
}

function forward(route: Route, to: object) {
  return {
    name: route.name,
    match: [requestsOf(route)],
    ...to,
    headers: { request: { remove: strippedHeaders } },
    ...trafficOf(route),
  };
}

function trafficOf(route: Route) {
  if (eventStreamOf(route)) return streamTraffic;
  return route.method === 'GET' ? readTraffic : writeTraffic;
}

function requestsOf(route: Route) {
  const methods = methodsOf(route);
  return {
    uri: uriMatch(route.fullPath),
    method: methods.length === 1 ? { exact: route.method } : { regex: methods.join('|') },
  };
}

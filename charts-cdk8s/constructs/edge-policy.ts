import { AuthorizationPolicy } from '@kubernetes-models/istio/security.istio.io/v1/AuthorizationPolicy';
import type { Service } from '@ticketaka/platform/contract';
import { Construct } from 'constructs';
import { ingress } from '../names.ts';
import { operationOf } from '../topology/operation.ts';
import { isExposed, needsToken, type Topology } from '../topology/topology.ts';
import { manifest } from './manifest.ts';
import { type Grant, rulesOf, tokenOf } from './policy-rules.ts';

export interface EdgePolicyProps {
  readonly topology: Topology;
  readonly service: Service;
}

/**
 * Which requests for one service the gateway lets in. Those for protected routes that carry no token are let through to
 * the router, which answers them with 401 and sends none of them on.
 */
export class EdgePolicy extends Construct {
  constructor(scope: Construct, id: string, { topology, service }: EdgePolicyProps) {
    super(scope, id);
    const routes = topology.workloads
      .filter((workload) => workload.service === service)
      .flatMap((workload) => workload.routes);
    const exposed = routes.filter(isExposed);
    if (exposed.length === 0) return;
    const grants = exposed.flatMap((route): Grant[] => {
      const { roles, ...source } = tokenOf(route);
      const operation = operationOf(route, routes);
      return [
        { source, roles, operation },
        ...(needsToken(route) ? [{ source: { notRequestPrincipals: ['*'] }, operation }] : []),
      ];
    });
    manifest(
      this,
      'policy',
      new AuthorizationPolicy({
        metadata: { name: `${service.name}-edge`, namespace: ingress.namespace },
        spec: { selector: { matchLabels: { ...ingress.labels } }, action: 'ALLOW', rules: rulesOf(grants) },
      }),
    );
  }
}

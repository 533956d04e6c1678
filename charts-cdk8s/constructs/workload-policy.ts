import { AuthorizationPolicy } from '@kubernetes-models/istio/security.istio.io/v1/AuthorizationPolicy';
import type { Route } from '@ticketaka/platform/contract';
import { Construct } from 'constructs';
import { ingressPrincipal, namespace, ports, principalOf, selectorLabels } from '../names.ts';
import { operationOf } from '../topology/operation.ts';
import { isExposed, type Topology, type WorkloadNode } from '../topology/topology.ts';
import { manifest } from './manifest.ts';
import { type Grant, rulesOf, tokenOf } from './policy-rules.ts';

export interface WorkloadPolicyProps {
  readonly topology: Topology;
  readonly workload: WorkloadNode;
}

/**
 * Who may ask what of one workload: the gateway for its exposed routes, other workloads for the calls they declare, and
 * each of them only with the token that the route needs. Only on the application's port: the admin port is no one's.
 */
export class WorkloadPolicy extends Construct {
  constructor(scope: Construct, id: string, { topology, workload }: WorkloadPolicyProps) {
    super(scope, id);
    const grants = workload.routes.flatMap((route): Grant[] => {
      const principals = principalsOf(topology, route);
      // A source without principals would mean anybody.
      if (principals.length === 0) return [];
      const { roles, ...token } = tokenOf(route);
      const operation = { ...operationOf(route, workload.routes), ports: [String(ports.app)] };
      return [{ source: { principals, ...token }, roles, operation }];
    });
    if (grants.length === 0) return;
    manifest(
      this,
      'policy',
      new AuthorizationPolicy({
        metadata: { name: workload.name, namespace },
        spec: { selector: { matchLabels: selectorLabels(workload.name) }, action: 'ALLOW', rules: rulesOf(grants) },
      }),
    );
  }
}

function principalsOf(topology: Topology, route: Route): string[] {
  const callers = topology.callersOf(route).map((caller) => principalOf(caller));
  return [...(isExposed(route) ? [ingressPrincipal] : []), ...callers];
}

import { Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import type { KubernetesObject } from './checks/kubernetes-object.ts';
import { addClusterObjects } from './cluster-objects.ts';
import { DenyAll } from './constructs/deny-all.ts';
import { EdgeGateway } from './constructs/edge-gateway.ts';
import { EdgePolicy } from './constructs/edge-policy.ts';
import { EdgeRoutes } from './constructs/edge-routes.ts';
import { ExternalEntry } from './constructs/external-entry.ts';
import { MeshConfig } from './constructs/mesh-config.ts';
import { MeshNamespace } from './constructs/mesh-namespace.ts';
import { PublicKeys } from './constructs/public-keys.ts';
import { StrictMutualTls } from './constructs/strict-mutual-tls.ts';
import { TokenAuthentication } from './constructs/token-authentication.ts';
import { WorkloadIdentity } from './constructs/workload-identity.ts';
import { WorkloadPolicy } from './constructs/workload-policy.ts';
import { WorkloadRoutes } from './constructs/workload-routes.ts';
import { WorkloadService } from './constructs/workload-service.ts';
import { WorkloadSidecar } from './constructs/workload-sidecar.ts';
import { type Environment, isCluster } from './environment.ts';
import { externalServersOf } from './external-servers.ts';
import type { PublicJwks } from './jwks.ts';
import { ingress, namespace } from './names.ts';
import { oneScope, scopePerService } from './scopes.ts';
import type { Topology } from './topology/topology.ts';

export interface MeshChartProps {
  readonly environment: Environment;
  readonly jwks: PublicJwks;
  readonly topology: Topology;
}

/** The mesh of one environment: who everybody is, who may reach whom, and what comes in from outside. */
export class MeshChart extends Chart {
  constructor(scope: Construct, id: string, { environment, jwks, topology }: MeshChartProps) {
    super(scope, id, {
      disableResourceNameHashes: true,
      labels: { 'app.kubernetes.io/part-of': 'ticketaka' },
    });

    const scopes = isCluster(environment) ? scopePerService(this) : oneScope(this);
    const { shared } = scopes;
    const revisions = isCluster(environment);

    new MeshConfig(shared, 'mesh-config', {
      trustedProxies: environment.trustedProxies,
      traces: environment.cluster?.traces,
    });
    new PublicKeys(shared, 'public-keys', { jwks });
    for (const name of [ingress.namespace, namespace]) {
      const selector = name === ingress.namespace ? { selector: ingress.labels } : {};
      new MeshNamespace(shared, `namespace-${name}`, { name });
      new StrictMutualTls(shared, `mutual-tls-${name}`, { namespace: name });
      new DenyAll(shared, `deny-all-${name}`, { namespace: name });
      new TokenAuthentication(shared, `tokens-${name}`, { namespace: name, ...selector, ...environment.token, jwks });
    }

    new EdgeGateway(shared, 'gateway', { hosts: environment.hosts, tlsSecret: environment.tlsSecret });
    for (const service of topology.services) {
      const owner = scopes.of(service.name);
      const { hosts } = environment;
      new EdgeRoutes(owner, `edge-routes-${service.name}`, { topology, service, hosts, revisions });
      new EdgePolicy(owner, `edge-policy-${service.name}`, { topology, service });
    }

    for (const workload of topology.workloads) {
      const owner = scopes.of(workload.service.name);
      new WorkloadIdentity(owner, `identity-${workload.name}`, { workload });
      new WorkloadSidecar(owner, `sidecar-${workload.name}`, { topology, workload, environment });
      if (workload.kind === 'worker') continue;
      new WorkloadService(owner, `service-${workload.name}`, { workload });
      new WorkloadRoutes(owner, `routes-${workload.name}`, { workload, revisions });
      new WorkloadPolicy(owner, `policy-${workload.name}`, { topology, workload });
    }

    const servers = topology.services
      .flatMap((service) => externalServersOf(service, environment))
      .filter(({ server }) => server.pods === undefined);
    // Several services share a store: one entry each, since of two entries for one host one loses.
    for (const [name, server] of new Map(servers.map((used) => [used.name, used]))) {
      new ExternalEntry(shared, `external-${name}`, server);
    }
    if (isCluster(environment)) addClusterObjects({ scopes, environment, topology });
  }

  /** Every object, those of the charts within included. */
  objects(): readonly KubernetesObject[] {
    // cdk8s renders plain Kubernetes objects, which it types as any.
    return this.node
      .findAll()
      .filter((node) => Chart.isChart(node))
      .flatMap((chart) => chart.toJson() as KubernetesObject[]);
  }
}

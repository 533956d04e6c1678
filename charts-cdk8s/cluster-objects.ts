import { BrokerAccess } from './constructs/broker/broker-access.ts';
import { BrokerCluster } from './constructs/broker/broker-cluster.ts';
import { BrokerDefinitions, definitionsContents } from './constructs/broker/broker-definitions.ts';
import { GatewayCertificate } from './constructs/edge/gateway-certificate.ts';
import { GatewayNetwork } from './constructs/edge/gateway-network.ts';
import { GatewayPods } from './constructs/edge/gateway-pods.ts';
import { GatewaySecretsRole } from './constructs/edge/gateway-secrets-role.ts';
import { GatewayService } from './constructs/edge/gateway-service.ts';
import { LoadBalancer } from './constructs/edge/load-balancer.ts';
import { revisionOf } from './constructs/kept-secret.ts';
import { CanaryAnalysis } from './constructs/workloads/canary-analysis.ts';
import { CanaryService } from './constructs/workloads/canary-service.ts';
import { DisruptionBudget } from './constructs/workloads/disruption-budget.ts';
import { MigrationJob } from './constructs/workloads/migration-job.ts';
import { MigrationSidecar } from './constructs/workloads/migration-sidecar.ts';
import { NamespaceIsolation } from './constructs/workloads/namespace-isolation.ts';
import { QueueAutoscaler } from './constructs/workloads/queue-autoscaler.ts';
import { RequestAutoscaler } from './constructs/workloads/request-autoscaler.ts';
import { RevisionRoutes } from './constructs/workloads/revision-routes.ts';
import { SmokeIdentity } from './constructs/workloads/smoke-identity.ts';
import { MigrationNetwork, SmokeNetwork } from './constructs/workloads/task-network.ts';
import { WorkerDeployment } from './constructs/workloads/worker-deployment.ts';
import { WorkloadNetwork } from './constructs/workloads/workload-network.ts';
import { WorkloadRollout } from './constructs/workloads/workload-rollout.ts';
import { WorkloadSecret } from './constructs/workloads/workload-secret.ts';
import type { ClusterEnvironment } from './environment.ts';
import { ingress, namespace } from './names.ts';
import { addObservability } from './observability/observability-objects.ts';
import type { Scopes } from './scopes.ts';
import type { Topology } from './topology/topology.ts';

export interface ClusterObjectsOptions {
  readonly scopes: Scopes;
  readonly environment: ClusterEnvironment;
  readonly topology: Topology;
}

/** What a cluster needs beside the mesh: the pods of every workload, and what scales, protects and feeds them. */
export function addClusterObjects({ scopes, environment, topology }: ClusterObjectsOptions): void {
  addEdge({ scopes, environment, topology });
  addBroker({ scopes, environment, topology });
  for (const name of [ingress.namespace, namespace]) {
    new NamespaceIsolation(scopes.shared, `isolation-${name}`, { namespace: name });
  }
  new SmokeIdentity(scopes.shared, 'smoke-identity');
  new SmokeNetwork(scopes.shared, 'smoke-network');
  for (const service of topology.services) {
    const scope = scopes.of(service.name);
    new MigrationJob(scope, `migration-${service.name}`, { service, environment });
    new MigrationSidecar(scope, `migration-sidecar-${service.name}`, { service, environment });
    new MigrationNetwork(scope, `migration-network-${service.name}`, { service, environment });
  }
  for (const workload of topology.workloads) {
    const { name, kind } = workload;
    const scope = scopes.of(workload.service.name);
    new WorkloadSecret(scope, `secret-${name}`, { workload, environment });
    new WorkloadNetwork(scope, `network-${name}`, { topology, workload, environment });
    new DisruptionBudget(scope, `budget-${name}`, { workload });
    if (kind === 'worker') {
      new WorkerDeployment(scope, `deployment-${name}`, { workload, environment });
      new QueueAutoscaler(scope, `autoscaler-${name}`, { workload, environment });
    } else {
      new RevisionRoutes(scope, `revisions-${name}`, { workload });
      new CanaryService(scope, `canary-${name}`, { workload });
      new CanaryAnalysis(scope, `analysis-${name}`, { workload, environment });
      new WorkloadRollout(scope, `rollout-${name}`, { workload, environment });
      new RequestAutoscaler(scope, `autoscaler-${name}`, { workload, environment });
    }
  }
  addObservability({ scopes, environment, topology });
}

/** RabbitMQ, where the environment runs it in the cluster. */
function addBroker({ scopes: { shared }, environment, topology }: ClusterObjectsOptions): void {
  const { broker, zones, secrets } = environment.cluster;
  if (!broker) return;
  const services = topology.services.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const contents = definitionsContents(services);
  new BrokerDefinitions(shared, 'broker-definitions', { contents, secrets });
  new BrokerCluster(shared, 'broker', { settings: broker, zones, definitions: revisionOf({ contents, secrets }) });
  new BrokerAccess(shared, 'broker-access', { topology });
}

/** The gateway itself, and what stands before it. */
function addEdge({ scopes: { shared }, environment, topology }: ClusterObjectsOptions): void {
  const { hosts, cluster } = environment;
  new GatewayPods(shared, 'gateway-pods', { environment });
  new GatewayService(shared, 'gateway-service');
  new GatewaySecretsRole(shared, 'gateway-secrets');
  new GatewayCertificate(shared, 'gateway-certificate', { environment });
  new GatewayNetwork(shared, 'gateway-network', { topology, environment });
  if (cluster.edge.kind === 'alb') new LoadBalancer(shared, 'load-balancer', { hosts, scheme: cluster.edge.scheme });
}

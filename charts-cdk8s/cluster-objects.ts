import { CanaryAnalysis } from './constructs/workloads/canary-analysis.ts';
import { DisruptionBudget } from './constructs/workloads/disruption-budget.ts';
import { MigrationJob } from './constructs/workloads/migration-job.ts';
import { QueueAutoscaler } from './constructs/workloads/queue-autoscaler.ts';
import { RequestAutoscaler } from './constructs/workloads/request-autoscaler.ts';
import { RevisionRoutes } from './constructs/workloads/revision-routes.ts';
import { WorkerDeployment } from './constructs/workloads/worker-deployment.ts';
import { WorkloadRollout } from './constructs/workloads/workload-rollout.ts';
import { WorkloadSecret } from './constructs/workloads/workload-secret.ts';
import type { ClusterEnvironment } from './environment.ts';
import type { Scopes } from './scopes.ts';
import type { Topology } from './topology/topology.ts';

export interface ClusterObjectsOptions {
  readonly scopes: Scopes;
  readonly environment: ClusterEnvironment;
  readonly topology: Topology;
}

/** What a cluster needs beside the mesh: the pods of every workload, and what scales, protects and feeds them. */
export function addClusterObjects({ scopes, environment, topology }: ClusterObjectsOptions): void {
  for (const service of topology.services) {
    new MigrationJob(scopes.of(service.name), `migration-${service.name}`, { service, environment });
  }
  for (const workload of topology.workloads) {
    const { name, kind } = workload;
    const scope = scopes.of(workload.service.name);
    new WorkloadSecret(scope, `secret-${name}`, { workload, environment });
    new DisruptionBudget(scope, `budget-${name}`, { workload });
    if (kind === 'worker') {
      new WorkerDeployment(scope, `deployment-${name}`, { workload, environment });
      new QueueAutoscaler(scope, `autoscaler-${name}`, { workload, environment });
    } else {
      new RevisionRoutes(scope, `revisions-${name}`, { workload });
      new CanaryAnalysis(scope, `analysis-${name}`, { workload, environment });
      new WorkloadRollout(scope, `rollout-${name}`, { workload, environment });
      new RequestAutoscaler(scope, `autoscaler-${name}`, { workload, environment });
    }
  }
}

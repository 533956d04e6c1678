import type { ClusterEnvironment } from '../environment.ts';
import type { Scopes } from '../scopes.ts';
import type { Topology } from '../topology/topology.ts';
import { AlertRules } from './alert-rules.ts';
import { BrokerScraping } from './broker-scraping.ts';
import { ControllerScraping } from './controller-scraping.ts';
import { DashboardFile } from './dashboard-file.ts';
import { serviceDashboard, sharedDashboards } from './dashboards/index.ts';
import { MeshConsole } from './kiali.ts';
import { MeshTelemetry } from './mesh-telemetry.ts';
import { NotificationSecret } from './notification-secret.ts';
import { Notifications } from './notifications.ts';
import { rulesOfPlatform, rulesOfService } from './rules/index.ts';
import { WorkloadScraping } from './workload-scraping.ts';

export interface ObservabilityOptions {
  readonly scopes: Scopes;
  readonly environment: ClusterEnvironment;
  readonly topology: Topology;
}

/** How a cluster is watched: what is measured, what is shown, what wakes somebody, and how they hear of it. */
export function addObservability({ scopes, environment, topology }: ObservabilityOptions): void {
  for (const service of topology.services) {
    const scope = scopes.of(service.name);
    const groups = rulesOfService(topology, service, environment);
    new AlertRules(scope, `alerts-${service.name}`, { name: service.name, groups });
    new DashboardFile(scope, `dashboard-${service.name}`, { spec: serviceDashboard(topology, service) });
  }
  new AlertRules(scopes.shared, 'alerts-platform', { name: 'platform', groups: rulesOfPlatform(topology) });
  for (const spec of sharedDashboards(topology)) {
    new DashboardFile(scopes.shared, `dashboard-${spec.name}`, { spec });
  }
  new WorkloadScraping(scopes.shared, 'scraping-workloads');
  new BrokerScraping(scopes.shared, 'scraping-broker');
  new ControllerScraping(scopes.shared, 'scraping-controllers');
  new MeshTelemetry(scopes.shared, 'mesh-telemetry', { traces: environment.cluster.traces !== undefined });
  new NotificationSecret(scopes.shared, 'notification-secret', { secrets: environment.cluster.secrets });
  new Notifications(scopes.shared, 'notifications', { monitoring: environment.cluster.monitoring });
  new MeshConsole(scopes.shared, 'mesh-console', { cluster: environment.cluster });
}

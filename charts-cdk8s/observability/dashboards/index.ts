import type { Topology } from '../../topology/topology.ts';
import { meshDashboard } from './mesh.ts';
import { onSaleDashboard } from './on-sale.ts';
import type { DashboardSpec } from './panels.ts';
import { queuesDashboard } from './queues.ts';

export { meshTitle } from './mesh.ts';
export { type DashboardSpec, dashboard } from './panels.ts';
export { serviceDashboard } from './service.ts';

/** Dashboards about what the services share. */
export function sharedDashboards(topology: Topology): readonly DashboardSpec[] {
  return [onSaleDashboard(topology), queuesDashboard(topology), meshDashboard(topology)];
}

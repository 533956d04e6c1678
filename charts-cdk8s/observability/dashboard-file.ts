import { Construct } from 'constructs';
import { ConfigMap } from 'kubernetes-models/v1/ConfigMap';
import { manifest } from '../constructs/manifest.ts';
import { namespace } from '../names.ts';
import { type DashboardSpec, dashboard } from './dashboards/index.ts';
import { dashboardLabel, dashboardUid } from './names.ts';

export interface DashboardFileProps {
  readonly spec: DashboardSpec;
}

/** A dashboard where Grafana's sidecar finds it. */
export class DashboardFile extends Construct {
  constructor(scope: Construct, id: string, { spec }: DashboardFileProps) {
    super(scope, id);
    manifest(
      this,
      'file',
      new ConfigMap({
        metadata: {
          name: `dashboard-${spec.name}`,
          namespace,
          labels: { ...dashboardLabel },
          annotations: { grafana_folder: 'Ticketaka' },
        },
        data: { [`${dashboardUid(spec.name)}.json`]: `${JSON.stringify(dashboard(spec), null, 1)}\n` },
      }),
    );
  }
}

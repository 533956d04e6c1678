import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import type { z } from 'zod';
import type { Cluster } from '../environment.ts';
import { ingress, meshNamespace, namespace } from '../names.ts';
import { meshTitle } from './dashboards/index.ts';
import type { KialiResource } from './kiali-resource.ts';
import { monitoring as stack } from './names.ts';

export interface MeshConsoleProps {
  readonly cluster: Pick<Cluster, 'monitoring' | 'prometheus'>;
}

/** Kiali, for looking only: what the mesh is, is in git. */
export class MeshConsole extends Construct {
  constructor(scope: Construct, id: string, { cluster }: MeshConsoleProps) {
    super(scope, id);
    const spec: z.input<typeof KialiResource>['spec'] = {
      auth: { strategy: 'token' },
      deployment: {
        namespace: meshNamespace,
        cluster_wide_access: false,
        view_only_mode: true,
        discovery_selectors: {
          default: [namespace, ingress.namespace].map((name) => ({
            matchLabels: { 'kubernetes.io/metadata.name': name },
          })),
        },
      },
      external_services: {
        istio: { root_namespace: meshNamespace },
        prometheus: { url: cluster.prometheus },
        grafana: {
          enabled: true,
          internal_url: `http://${stack.grafana.service}.${stack.namespace}:${stack.grafana.port}`,
          external_url: `${cluster.monitoring.grafana}/`,
          // It finds dashboards by their titles.
          dashboards: [{ name: meshTitle }],
        },
        tracing: { enabled: false },
      },
    };
    new ApiObject(this, 'kiali', {
      apiVersion: 'kiali.io/v1alpha1',
      kind: 'Kiali',
      metadata: { name: 'kiali', namespace: meshNamespace },
      spec,
    });
  }
}

import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { z } from 'zod';
import { ingress, meshNamespace, namespace } from '../names.ts';
import { monitoring as stack } from './names.ts';
import type { Monitoring } from './settings.ts';

export interface MeshConsoleProps {
  readonly monitoring: Monitoring;
}

/** The fields that we set of Kiali's custom resource: no package has its model. https://kiali.io/docs/configuration/kialis.kiali.io */
export const KialiResource = z.strictObject({
  apiVersion: z.literal('kiali.io/v1alpha1'),
  kind: z.literal('Kiali'),
  metadata: z.strictObject({
    name: z.string(),
    namespace: z.string(),
    labels: z.record(z.string(), z.string()).optional(),
    annotations: z.record(z.string(), z.string()).optional(),
  }),
  spec: z.strictObject({
    auth: z.strictObject({ strategy: z.enum(['anonymous', 'header', 'openid', 'openshift', 'token']) }),
    deployment: z.strictObject({
      namespace: z.string(),
      cluster_wide_access: z.boolean(),
      view_only_mode: z.boolean(),
      discovery_selectors: z.strictObject({
        default: z.array(z.strictObject({ matchLabels: z.record(z.string(), z.string()) })),
      }),
    }),
    external_services: z.strictObject({
      istio: z.strictObject({ root_namespace: z.string() }),
      prometheus: z.strictObject({ url: z.url() }),
      grafana: z.strictObject({
        enabled: z.boolean(),
        internal_url: z.url(),
        external_url: z.url(),
        dashboards: z.array(
          z.strictObject({ name: z.string(), variables: z.record(z.string(), z.string()).optional() }),
        ),
      }),
      tracing: z.strictObject({ enabled: z.boolean() }),
    }),
  }),
});

/** Kiali, for looking only: what the mesh is, is in git. */
export class MeshConsole extends Construct {
  constructor(scope: Construct, id: string, { monitoring }: MeshConsoleProps) {
    super(scope, id);
    const inCluster = ({ service, port }: { readonly service: string; readonly port: number }) =>
      `http://${service}.${stack.namespace}:${port}`;
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
        prometheus: { url: inCluster(stack.prometheus) },
        grafana: {
          enabled: true,
          internal_url: inCluster(stack.grafana),
          external_url: `${monitoring.grafana}/`,
          dashboards: [{ name: dashboardTitle }],
        },
        tracing: { enabled: false },
      },
    };
    new ApiObject(this, 'kiali', {
      apiVersion: 'kiali.io/v1alpha1',
      kind: 'Kiali',
      metadata: { name: 'kiali', namespace: meshNamespace, labels: { 'app.kubernetes.io/name': 'platform' } },
      spec,
    });
  }
}

/** Kiali finds dashboards by their titles. */
export const dashboardTitle = 'Ticketaka: mesh';

import { z } from 'zod';

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

import { z } from 'zod';

/**
 * The part of rabbitmq.com/v1beta1 RabbitmqCluster that we use, as its CRD says it; no package publishes its model.
 * Strict: a field that is not here is a mistake until it is added.
 * @see https://www.rabbitmq.com/kubernetes/operator/using-operator
 */

const quantity = z.string().regex(/^\d+(m|Mi|Gi)?$/);
const quantities = z.strictObject({ cpu: quantity, memory: quantity });
const labels = z.record(z.string(), z.string());

const containerSecurity = z.strictObject({
  allowPrivilegeEscalation: z.literal(false),
  privileged: z.literal(false),
  readOnlyRootFilesystem: z.boolean(),
  capabilities: z.strictObject({ drop: z.array(z.string()) }),
});

const container = z.strictObject({
  /** `rabbitmq`, or the operator takes it for another one. */
  name: z.enum(['rabbitmq', 'setup-container']),
  securityContext: containerSecurity.optional(),
  volumeMounts: z
    .array(
      z.strictObject({ name: z.string(), mountPath: z.string().startsWith('/'), readOnly: z.boolean().optional() }),
    )
    .optional(),
});

const podTemplate = z.strictObject({
  metadata: z.strictObject({ annotations: labels.optional(), labels: labels.optional() }).optional(),
  spec: z.strictObject({
    containers: z.array(container),
    initContainers: z.array(container).optional(),
    securityContext: z
      .strictObject({
        runAsNonRoot: z.boolean(),
        seccompProfile: z.strictObject({ type: z.enum(['RuntimeDefault', 'Localhost']) }),
      })
      .optional(),
    topologySpreadConstraints: z
      .array(
        z.strictObject({
          maxSkew: z.int().positive(),
          topologyKey: z.string(),
          whenUnsatisfiable: z.enum(['DoNotSchedule', 'ScheduleAnyway']),
          labelSelector: z.strictObject({ matchLabels: labels }),
        }),
      )
      .optional(),
    volumes: z
      .array(z.strictObject({ name: z.string(), secret: z.strictObject({ secretName: z.string() }) }))
      .optional(),
  }),
});

const affinity = z.strictObject({
  podAntiAffinity: z.strictObject({
    requiredDuringSchedulingIgnoredDuringExecution: z.array(
      z.strictObject({
        labelSelector: z.strictObject({ matchLabels: labels }),
        topologyKey: z.string(),
      }),
    ),
  }),
});

export const rabbitmqClusterSchema = z.strictObject({
  apiVersion: z.literal('rabbitmq.com/v1beta1'),
  kind: z.literal('RabbitmqCluster'),
  metadata: z.strictObject({
    name: z.string(),
    namespace: z.string(),
    labels: labels.optional(),
    annotations: labels.optional(),
  }),
  spec: z.strictObject({
    replicas: z.union([z.literal(1), z.literal(3), z.literal(5)]),
    resources: z.strictObject({ requests: quantities, limits: quantities }),
    persistence: z.strictObject({ storageClassName: z.string().optional(), storage: quantity }),
    rabbitmq: z.strictObject({
      additionalConfig: z.string().optional(),
      additionalPlugins: z.array(z.string()).optional(),
    }),
    affinity: affinity.optional(),
    terminationGracePeriodSeconds: z.int().positive().optional(),
    override: z
      .strictObject({ statefulSet: z.strictObject({ spec: z.strictObject({ template: podTemplate }) }) })
      .optional(),
  }),
});

export type IRabbitmqCluster = z.input<typeof rabbitmqClusterSchema>;

import type { IContainer } from 'kubernetes-models/v1/Container';
import type { IPodTemplateSpec } from 'kubernetes-models/v1/PodTemplateSpec';
import type { IVolume } from 'kubernetes-models/v1/Volume';
import type { IVolumeMount } from 'kubernetes-models/v1/VolumeMount';
import type { ClusterEnvironment } from '../../environment.ts';
import { imageOf, versionLabels } from '../../image.ts';
import { ports, selectorLabels } from '../../names.ts';
import { footprintOf, resourcesFor } from '../../resources.ts';
import { needsToken, type WorkloadNode } from '../../topology/topology.ts';
import { settingsOf } from '../../workload-settings.ts';
import { revisionAnnotation } from '../kept-secret.ts';
import { containerSecurity, podSecurity } from './container-security.ts';
import { directoryOf, environmentVariables, mounts, volumeNameOf } from './environment-variables.ts';
import { podSpread } from './pod-spread.ts';
import { stop } from './stop.ts';
import { secretRevision } from './workload-secret.ts';

export interface PodTemplateOptions {
  readonly workload: WorkloadNode;
  readonly environment: ClusterEnvironment;
  /** Label that tells the pods of one revision from those of another. */
  readonly revisionLabel: 'pod-template-hash' | 'rollouts-pod-template-hash';
}

/** Labels of a workload's pods. Only `app` selects; the others are for people and tools. */
export function podLabels({ name, service }: WorkloadNode): Record<string, string> {
  return {
    ...selectorLabels(name),
    'app.kubernetes.io/name': service.name,
    'app.kubernetes.io/component': name.slice(service.name.length + 1),
    'app.kubernetes.io/part-of': 'ticketaka',
    ...versionLabels,
  };
}

/** The pod of a workload, the same for one that answers requests and one that does not but for its ports. */
export function podTemplate({ workload, environment, revisionLabel }: PodTemplateOptions): IPodTemplateSpec {
  const { name } = workload;
  const { volumes, volumeMounts } = volumesOf(workload, environment);
  const revision = secretRevision({ workload, environment });
  return {
    metadata: {
      labels: podLabels(workload),
      annotations: {
        'kubectl.kubernetes.io/default-container': name,
        // Istio's agent reads these, and serves the workload's metrics with the proxy's own on its port 15020. The admin
        // port itself takes no connection from another pod.
        'prometheus.io/scrape': 'true',
        'prometheus.io/port': String(ports.admin),
        'prometheus.io/path': '/metrics',
        ...(revision !== undefined && { [revisionAnnotation]: revision }),
      },
    },
    spec: {
      serviceAccountName: name,
      // No workload talks to Kubernetes.
      automountServiceAccountToken: false,
      // A variable for each Service of the namespace would be read as configuration: `MAIL_PORT`.
      enableServiceLinks: false,
      terminationGracePeriodSeconds: stop.graceSeconds,
      securityContext: podSecurity,
      topologySpreadConstraints: podSpread({
        labels: selectorLabels(name),
        revisionLabel,
        zones: environment.cluster.zones,
      }),
      containers: [container(workload, environment, volumeMounts)],
      volumes,
    },
  };
}

function container(
  workload: WorkloadNode,
  environment: ClusterEnvironment,
  volumeMounts: readonly IVolumeMount[],
): IContainer {
  const { name, service, kind } = workload;
  const probe = (path: string) => ({ httpGet: { path, port: 'admin' }, timeoutSeconds: 2 });
  return {
    name,
    image: imageOf(service.name, environment),
    imagePullPolicy: 'IfNotPresent',
    command: ['node', `services/${service.name}/main.${name.slice(service.name.length + 1)}.ts`],
    env: environmentVariables(workload, environment),
    ports: [
      ...(kind === 'http' ? [{ name: 'http', containerPort: ports.app, protocol: 'TCP' as const }] : []),
      { name: 'admin', containerPort: ports.admin, protocol: 'TCP' },
    ],
    resources: resourcesFor(footprintOf(workload, environment)),
    // Two minutes for a start; after that the other two are asked.
    startupProbe: { ...probe('/livez'), periodSeconds: 2, failureThreshold: 60 },
    readinessProbe: { ...probe('/readyz'), periodSeconds: 5, failureThreshold: 2 },
    // Only that the event loop turns. What it stands on is readiness' business: a restart would not bring MariaDB back.
    livenessProbe: { ...probe('/livez'), periodSeconds: 10, failureThreshold: 6 },
    lifecycle: { preStop: { sleep: { seconds: stop.preStopSeconds } } },
    securityContext: containerSecurity,
    volumeMounts: [...volumeMounts],
    terminationMessagePolicy: 'FallbackToLogsOnError',
  };
}

function volumesOf(workload: WorkloadNode, environment: ClusterEnvironment) {
  const { secretFiles = {}, directories = {} } = settingsOf(workload.name, environment);
  const files = Object.values(secretFiles).map(({ file }) => file);
  const mounted: { volume: IVolume; mount: Omit<IVolumeMount, 'name'> }[] = [
    { volume: { name: 'tmp', emptyDir: { sizeLimit: '64Mi' } }, mount: { mountPath: '/tmp' } },
  ];
  if (Object.values(workload.service.api?.routes ?? {}).some(needsToken)) {
    // A directory, not the file: a file that is mounted by itself never changes.
    mounted.push({
      volume: { name: 'token-keys', configMap: { name: 'token-keys' } },
      mount: { mountPath: mounts.jwks, readOnly: true },
    });
  }
  if (files.length > 0) {
    const items = files.map((file) => ({ key: file, path: file }));
    mounted.push({
      volume: { name: 'secrets', secret: { secretName: workload.name, defaultMode: 0o440, items } },
      mount: { mountPath: mounts.secrets, readOnly: true },
    });
  }
  for (const [variable, { sizeLimit }] of Object.entries(directories)) {
    mounted.push({
      volume: { name: volumeNameOf(variable), emptyDir: { sizeLimit } },
      mount: { mountPath: directoryOf(variable) },
    });
  }
  return {
    volumes: mounted.map(({ volume }) => volume),
    volumeMounts: mounted.map(({ volume, mount }) => ({ name: volume.name, ...mount })),
  };
}

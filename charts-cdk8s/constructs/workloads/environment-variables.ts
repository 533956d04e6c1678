import { join } from 'node:path/posix';
import type { IEnvVar } from 'kubernetes-models/v1/EnvVar';
import type { ClusterEnvironment } from '../../environment.ts';
import { ports } from '../../names.ts';
import { footprintOf, heapFor } from '../../resources.ts';
import { needsToken, type WorkloadNode } from '../../topology/topology.ts';
import { secretsOf } from '../../workload-secrets.ts';
import { settingsOf } from '../../workload-settings.ts';

/** Where the container finds its files. */
export const mounts = { jwks: '/etc/ticketaka/keys', secrets: '/etc/ticketaka/secrets', data: '/var/lib/ticketaka' };

/** The directory that a variable of the workload's settings names. */
export function directoryOf(variable: string): string {
  return join(mounts.data, volumeNameOf(variable));
}

/** `SNAPSHOT_DIR` -> `snapshot-dir` */
export function volumeNameOf(variable: string): string {
  return variable.toLowerCase().replaceAll('_', '-');
}

/** The variables of a workload's container, sorted by name. Secrets are references to the Secret of the workload's name. */
export function environmentVariables(workload: WorkloadNode, environment: ClusterEnvironment): IEnvVar[] {
  const { token, cluster, trustedProxies } = environment;
  const settings = settingsOf(workload.name, environment);
  const asksForTokens = Object.values(workload.service.api?.routes ?? {}).some(needsToken);
  const plain: Readonly<Record<string, string>> = {
    NODE_ENV: 'production',
    NODE_OPTIONS: heapFor(footprintOf(workload, environment)),
    ADMIN_PORT: String(ports.admin),
    LOG_LEVEL: cluster.logLevel,
    PUBLIC_URL: cluster.publicUrl,
    // The gateway is one itself.
    TRUSTED_PROXIES: String(trustedProxies + 1),
    ...(workload.kind === 'http' && { PORT: String(ports.app) }),
    ...(asksForTokens && {
      JWKS_FILE: join(mounts.jwks, 'jwks.json'),
      JWT_ISSUER: token.issuer,
      JWT_AUDIENCE: token.audience,
    }),
    ...(cluster.traces !== undefined && { OTEL_EXPORTER_OTLP_ENDPOINT: cluster.traces }),
    ...settings.values,
    ...mapValues(settings.secretFiles ?? {}, (_, { file }) => join(mounts.secrets, file)),
    ...mapValues(settings.directories ?? {}, (variable) => directoryOf(variable)),
  };
  const secret = mapValues(secretsOf(workload, environment), (key) => ({
    secretKeyRef: { name: workload.name, key },
  }));
  return [
    ...Object.entries(plain).map(([name, value]) => ({ name, value })),
    ...Object.entries(secret).map(([name, valueFrom]) => ({ name, valueFrom })),
  ].toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

function mapValues<V, W>(record: Readonly<Record<string, V>>, change: (key: string, value: V) => W): Record<string, W> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(key, value)]));
}

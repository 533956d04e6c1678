import { join } from 'node:path';
import { type ChildSpec, untilHealthy, untilListening } from '../process/index.ts';
import { node, type Paths, root } from './paths.ts';
import type { SelectedWorkload } from './selection.ts';
import { type EnvironmentOptions, workloadEnvironment } from './workload-environment.ts';

type Ports = Readonly<Record<string, number>>;

/** A replica of a workload as a process of its own. It is ready when its own health check says so. */
export function workloadSpec(workload: SelectedWorkload, name: string, options: EnvironmentOptions): ChildSpec {
  const { service, kind } = workload;
  const admin = options.ports[`${name}/admin`] ?? 0;
  return {
    name,
    command: node,
    args: [join(root, 'services', service.name, `main.${workload.workload}.ts`)],
    env: workloadEnvironment(workload, name, options),
    ports: { ...(kind === 'http' && { app: options.ports[name] ?? 0 }), admin },
    ready: (signal) => untilHealthy(`http://127.0.0.1:${admin}/readyz`, { signal }),
  };
}

export function mailSandboxSpec(ports: Ports, { user, password }: EnvironmentOptions['smtp']): ChildSpec {
  const [smtp = 0, http = 0] = [ports['smtp'], ports['mail']];
  return {
    name: 'mail-sandbox',
    command: node,
    args: [join(root, 'local/smtp/main.ts')],
    env: { SMTP_PORT: String(smtp), HTTP_PORT: String(http), SMTP_USER: user, SMTP_PASSWORD: password },
    ports: { smtp, http },
    stopTimeoutMs: 1_000,
    ready: (signal) => untilHealthy(`http://127.0.0.1:${http}/readyz`, { signal }),
  };
}

/** KOPIS and the public-holiday service, which cannot be asked from a laptop. */
export function kopisSandboxSpec(ports: Ports, key: string): ChildSpec {
  const { kopis: http = 0 } = ports;
  return {
    name: 'kopis-sandbox',
    command: node,
    args: [join(root, 'local/kopis/main.ts')],
    env: { HTTP_PORT: String(http), KOPIS_KEY: key },
    ports: { http },
    stopTimeoutMs: 1_000,
    ready: (signal) => untilListening(http, { signal }),
  };
}

/** A payment service that moves no money. */
export function tossSandboxSpec(
  ports: Ports,
  { secretKey, webhookUrl }: { readonly secretKey: string; readonly webhookUrl: string },
): ChildSpec {
  const { toss: http = 0 } = ports;
  return {
    name: 'toss-sandbox',
    command: node,
    args: [join(root, 'local/toss/main.ts')],
    env: { HTTP_PORT: String(http), TOSS_SECRET_KEY: secretKey, WEBHOOK_URL: webhookUrl },
    ports: { http },
    stopTimeoutMs: 1_000,
    ready: (signal) => untilListening(http, { signal }),
  };
}

export function meshSpec(ports: Ports, paths: Paths): ChildSpec {
  const [gateway = 0, admin = 0] = [ports['gateway'], ports['mesh']];
  return {
    name: 'mesh',
    command: node,
    args: [join(root, 'local/mesh/main.ts')],
    env: { MESH_MANIFESTS: paths.manifests, MESH_ENDPOINTS: paths.endpoints, MESH_ADMIN_PORT: String(admin) },
    ports: { gateway, admin },
    stopTimeoutMs: 5_000,
    ready: (signal) => untilHealthy(`http://127.0.0.1:${admin}/readyz`, { signal }),
  };
}

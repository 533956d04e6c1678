import type { IJobSpec } from 'kubernetes-models/batch/v1/JobSpec';
import { canary } from '../../canary.ts';
import type { ClusterEnvironment } from '../../environment.ts';
import { imageOf } from '../../image.ts';
import { ingress } from '../../names.ts';
import { taskResources } from '../../resources.ts';
import type { WorkloadNode } from '../../topology/topology.ts';
import { containerSecurity, podSecurity } from './container-security.ts';
import { smokeAccount } from './smoke-identity.ts';

/** Requests to each path. So many that the figures of a service which nobody uses at night mean something. */
const requestsPerPath = 20;

/** Paths that anybody may get and that need nothing filled in. A workload without one is judged by its traffic alone. */
export function smokePathsOf({ routes }: WorkloadNode): readonly string[] {
  return routes
    .filter(({ method, access, fullPath }) => method === 'GET' && access.level === 'public' && !fullPath.includes('{'))
    .map(({ fullPath }) => fullPath);
}

/** Labels of the pods that check a canary; network policies let them reach the gateway and nothing else. */
export const smokeLabels = { 'ticketaka/task': 'canary-smoke' };

/**
 * Asks the canary for what is public, through the gateway as a tester does. A wrong query may be refused; no answer, a
 * server's failure or a path that is gone fails the check.
 */
export function smokeJob(workload: WorkloadNode, environment: ClusterEnvironment): IJobSpec {
  const { name, value } = canary.previewHeader;
  const settings = {
    gateway: `http://${ingress.serviceAccount}.${ingress.namespace}.svc.cluster.local`,
    host: new URL(environment.cluster.publicUrl).host,
    header: { [name]: value },
    paths: smokePathsOf(workload),
    times: requestsPerPath,
  };
  return {
    backoffLimit: 0,
    activeDeadlineSeconds: 120,
    ttlSecondsAfterFinished: 3600,
    template: {
      metadata: {
        labels: {
          ...smokeLabels,
          'app.kubernetes.io/name': workload.service.name,
          // It comes from outside, as testers do: without an identity of the mesh, and without a sidecar to wait for.
          'sidecar.istio.io/inject': 'false',
        },
      },
      spec: {
        serviceAccountName: smokeAccount,
        restartPolicy: 'Never',
        automountServiceAccountToken: false,
        enableServiceLinks: false,
        securityContext: podSecurity,
        containers: [
          {
            name: 'smoke',
            image: imageOf(workload.service.name, environment),
            imagePullPolicy: 'IfNotPresent',
            command: ['node', '--input-type=module', '--eval', smokeScript],
            env: [{ name: 'SMOKE', value: JSON.stringify(settings) }],
            resources: taskResources,
            securityContext: containerSecurity,
            terminationMessagePolicy: 'FallbackToLogsOnError',
          },
        ],
      },
    },
  };
}

/** With node:http, since fetch would not let the Host header be set. Exported so that a test can run it. */
export const smokeScript = `
import { request } from 'node:http';
const { gateway, host, header, paths, times } = JSON.parse(process.env.SMOKE);
// The gateway believes the proxy before it, as whose request this one passes, that the client came by HTTPS.
const headers = { host, 'x-forwarded-proto': 'https', ...header };
const get = (path) => new Promise((resolve, reject) => {
  const sent = request(new URL(path, gateway), { headers, timeout: 5000 }, (response) => {
    response.resume().on('end', () => resolve(response.statusCode)).on('error', reject);
  });
  sent.on('timeout', () => sent.destroy(new Error('no answer in 5 s'))).on('error', reject).end();
});
const bad = (status) => status >= 500 || [301, 302, 401, 403, 404].includes(status);
let failed = 0;
for (const path of paths) {
  for (let n = 0; n < times; n += 1) {
    const outcome = await get(path).catch((error) => error.message);
    if (typeof outcome === 'string' || bad(outcome)) {
      failed += 1;
      console.error(path + ': ' + outcome);
    }
  }
}
console.log(paths.length * times - failed + ' answered, ' + failed + ' failed');
process.exitCode = failed > 0 ? 1 : 0;
`.trim();

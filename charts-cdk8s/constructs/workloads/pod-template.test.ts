import { describe, expect, it } from '@jest/globals';
import { environmentOf } from '@ticketaka/platform/runtime';
import { environments } from '../../environments/index.ts';
import { services } from '../../services.ts';
import { fixtureCluster } from '../../test/cluster.ts';
import { fixtureTopology, fixtureWorkload } from '../../test/fixtures.ts';
import { topologyOf, type WorkloadNode } from '../../topology/topology.ts';
import { podTemplate } from './pod-template.ts';

function podOf(workload: WorkloadNode, environment = fixtureCluster) {
  const template = podTemplate({ workload, environment, revisionLabel: 'pod-template-hash' });
  const container = template.spec?.containers[0];
  if (!template.spec || !container) throw new Error('a pod has a container');
  return { template, pod: template.spec, container };
}

describe.each(fixtureTopology.workloads.map((workload) => [workload.name, workload] as const))(
  'the pod of %s',
  (_, workload) => {
    const { template, pod, container } = podOf(workload);

    it('keeps to the restricted pod security standard, with a read-only root', () => {
      expect(pod.securityContext).toMatchObject({ runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } });
      expect(container.securityContext).toMatchObject({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      });
      expect(container.securityContext?.capabilities).not.toHaveProperty('add');
    });

    it('has no way to talk to Kubernetes', () => {
      expect(pod.automountServiceAccountToken).toBe(false);
    });

    it('says what it needs and what it may take', () => {
      for (const quantities of [container.resources?.requests, container.resources?.limits]) {
        expect(Object.keys(quantities ?? {})).toEqual(['cpu', 'memory']);
      }
    });

    it('is asked on the admin port how it is, and restarted only for what a restart mends', () => {
      const ports = new Map(container.ports?.map(({ name, containerPort }) => [name, containerPort]));
      for (const probe of [container.startupProbe, container.readinessProbe, container.livenessProbe]) {
        expect(ports.get(String(probe?.httpGet?.port))).toBe(9090);
      }
      expect(container.readinessProbe?.httpGet?.path).toBe('/readyz');
      expect(container.livenessProbe?.httpGet?.path).toBe('/livez');
    });

    it('goes on answering until everybody knows that it stops, and has time for what is under way', () => {
      const wait = container.lifecycle?.preStop?.sleep?.seconds ?? 0;
      expect(wait).toBeGreaterThanOrEqual(5);
      // The parts of a workload are given 20 s to stop.
      expect(pod.terminationGracePeriodSeconds).toBeGreaterThan(wait + 20);
    });

    it('is spread over zones and over hosts, each revision by itself', () => {
      const constraints = pod.topologySpreadConstraints ?? [];
      expect(constraints.map(({ topologyKey }) => topologyKey)).toEqual([
        'topology.kubernetes.io/zone',
        'kubernetes.io/hostname',
      ]);
      for (const { labelSelector, matchLabelKeys } of constraints) {
        expect(template.metadata?.labels).toMatchObject(labelSelector?.matchLabels ?? {});
        expect(matchLabelKeys).toEqual(['pod-template-hash']);
      }
    });

    it('holds no secret, and names them in the Secret of its own name', () => {
      for (const { name, value, valueFrom } of container.env ?? []) {
        if (/_URL$|_KEY$/.test(name) && name !== 'PUBLIC_URL') {
          expect([name, value, valueFrom?.secretKeyRef?.name]).toEqual([name, undefined, workload.name]);
        }
      }
    });

    it('mounts every volume that it has, and has every volume that it mounts', () => {
      const volumes = (pod.volumes ?? []).map(({ name }) => name);
      expect((container.volumeMounts ?? []).map(({ name }) => name)).toEqual(volumes);
    });
  },
);

describe('the environment of a container', () => {
  it.each(topologyOf(services).workloads.map((workload) => [workload.name, workload] as const))(
    'has what the declaration of %s asks for',
    (_, workload) => {
      const { container } = podOf(workload, environments.prod);
      const example: Readonly<Record<string, string>> = {
        MARIADB_URL: 'mariadb://user:secret@host:3306/schema',
        REDIS_URL: 'redis://user:secret@host:6379',
        AMQP_URL: 'amqp://user:secret@host:5672/vhost',
      };
      const values = Object.fromEntries((container.env ?? []).map(({ name, value }) => [name, value ?? example[name]]));
      const name = workload.name.slice(workload.service.name.length + 1);
      expect(environmentOf(workload.service, name).safeParse(values).error).toBeUndefined();
    },
  );

  it('bounds the heap by what its limit leaves', () => {
    const { container } = podOf(fixtureWorkload('post-worker'), {
      ...fixtureCluster,
      cluster: {
        ...fixtureCluster.cluster,
        footprints: { 'post-worker': { rest: 190, most: 300, outside: 160, cpu: 70 } },
      },
    });
    expect(container.resources).toEqual({
      requests: { cpu: '150m', memory: '192Mi' },
      limits: { cpu: '1', memory: '512Mi' },
    });
    expect(container.env).toContainEqual({ name: 'NODE_OPTIONS', value: '--max-old-space-size=312' });
  });

  it('has a database only where the service owns one', () => {
    const names = (workload: string) => (podOf(fixtureWorkload(workload)).container.env ?? []).map(({ name }) => name);
    expect(names('post-worker')).toEqual(expect.arrayContaining(['AMQP_URL', 'REDIS_URL']));
    expect(names('post-worker')).not.toContain('MARIADB_URL');
    expect(names('shows-editor')).not.toContain('AMQP_URL');
  });
});

it('insists on zones only where nodes have one, since a pod could start nowhere', () => {
  const environment = { ...fixtureCluster, cluster: { ...fixtureCluster.cluster, zones: false } };
  const { pod } = podOf(fixtureWorkload('orders-api'), environment);
  expect(pod.topologySpreadConstraints?.map(({ whenUnsatisfiable }) => whenUnsatisfiable)).toEqual([
    'ScheduleAnyway',
    'ScheduleAnyway',
  ]);
});

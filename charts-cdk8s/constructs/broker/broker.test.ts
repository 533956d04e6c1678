import { describe, expect, it } from '@jest/globals';
import type { KubernetesObject } from '../../checks/kubernetes-object.ts';
import { schemaProblems } from '../../checks/schema.ts';
import { ofKind } from '../../checks/typed-objects.ts';
import type { IRabbitmqCluster } from '../../rabbitmq-cluster.ts';
import { render } from '../../render.ts';
import { fixtureCluster } from '../../test/cluster.ts';
import { fixtureJwks, fixtures } from '../../test/fixtures.ts';
import { mayConnect } from '../../test/reach.ts';
import { definitionsTemplate } from './broker-definitions.ts';

const { objects } = render({ environment: fixtureCluster, jwks: fixtureJwks, services: fixtures });

function clusterOf(rendered: readonly KubernetesObject[]): KubernetesObject & IRabbitmqCluster {
  const found = rendered.find(({ kind }) => kind === 'RabbitmqCluster');
  if (!found) throw new Error('no broker');
  // Its schema was checked when it was rendered.
  return found as KubernetesObject & IRabbitmqCluster;
}

describe('RabbitMQ in the cluster', () => {
  const cluster = clusterOf(objects);
  const template = cluster.spec.override?.statefulSet.spec.template;

  it('has three nodes on three hosts, of which one may be away', () => {
    expect(cluster.spec.replicas).toBe(3);
    const [rule] = cluster.spec.affinity?.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution ?? [];
    expect(rule?.topologyKey).toBe('kubernetes.io/hostname');
    const budget = ofKind(objects, 'PodDisruptionBudget').find(({ metadata }) => metadata.name === 'rabbitmq');
    expect(budget?.spec).toMatchObject({ maxUnavailable: 1 });
  });

  it('stops in the smaller part when it is cut in two', () => {
    expect(cluster.spec.rabbitmq.additionalConfig).toContain('cluster_partition_handling = pause_minority\n');
    expect(cluster.spec.rabbitmq.additionalConfig).toContain('default_queue_type = quorum\n');
  });

  it('imports what the services declare, from where it is mounted', () => {
    const [container] = template?.spec.containers ?? [];
    const [mount] = container?.volumeMounts ?? [];
    expect(cluster.spec.rabbitmq.additionalConfig).toContain(
      `load_definitions = ${mount?.mountPath}/definitions.json\n`,
    );
    expect(template?.spec.volumes).toContainEqual({
      name: mount?.name,
      secret: { secretName: 'rabbitmq-definitions' },
    });
  });

  it('starts anew when what is declared changes', () => {
    const patient = fixtures.map((service) => ({
      ...service,
      consumes: service.consumes.map((consumption) => ({ ...consumption, deliveryLimit: 9 })),
    }));
    const other = clusterOf(render({ environment: fixtureCluster, jwks: fixtureJwks, services: patient }).objects);
    const mark = (one: IRabbitmqCluster) =>
      one.spec.override?.statefulSet.spec.template.metadata?.annotations?.['ticketaka/secret-revision'];
    expect(mark(cluster)).toMatch(/^[0-9a-f]{16}$/);
    expect(mark(other)).not.toBe(mark(cluster));
  });

  it('is reached by workloads that have messages, in the mesh and in the network, and by no other', () => {
    const policy = ofKind(objects, 'AuthorizationPolicy').find(({ metadata }) => metadata.name === 'rabbitmq');
    expect(policy?.spec?.rules).toEqual([
      {
        from: [
          {
            source: {
              principals: ['cluster.local/ns/ticketaka/sa/orders-api', 'cluster.local/ns/ticketaka/sa/post-worker'],
            },
          },
        ],
        to: [{ operation: { ports: ['5672'] } }],
      },
    ]);
    const to = {
      namespace: 'ticketaka',
      labels: { 'app.kubernetes.io/component': 'rabbitmq', 'app.kubernetes.io/name': 'rabbitmq' },
    };
    const reaches = (app: string) =>
      mayConnect(objects, { from: { namespace: 'ticketaka', labels: { app } }, to, port: 5672 });
    expect(['orders-api', 'post-worker', 'shows-catalogue', 'shows-editor'].filter(reaches)).toEqual([
      'orders-api',
      'post-worker',
    ]);
    expect(mayConnect(objects, { from: to, to, port: 25_672 })).toBe(true);
    expect(
      mayConnect(objects, { from: { namespace: 'ticketaka', labels: { app: 'orders-api' } }, to, port: 25_672 }),
    ).toBe(false);
  });

  it('is no server outside the mesh', () => {
    expect(ofKind(objects, 'ServiceEntry').map(({ metadata }) => metadata.name)).not.toContain('rabbitmq');
  });

  it('is refused with a field that its operator does not know', () => {
    const wrong = structuredClone(cluster) as KubernetesObject;
    const spec = { ...(wrong.spec as object), replica: 3 };
    expect(schemaProblems({ ...wrong, spec }).join('\n')).toContain('replica');
  });
});

describe('the definitions of RabbitMQ', () => {
  const text = definitionsTemplate(fixtures);

  it('have a place for the hash of each password, and none of them', () => {
    const { users } = JSON.parse(text);
    expect(users.map(({ name, password_hash: hash }: { name: string; password_hash: string }) => [name, hash])).toEqual(
      [
        ['orders', '{{ .orders }}'],
        ['post', '{{ .post }}'],
      ],
    );
  });

  it('are the same each time, so that git changes only when a declaration does', () => {
    expect(definitionsTemplate(fixtures)).toBe(text);
  });

  it('have quorum queues with a limit and a place for what is given up', () => {
    const { queues } = JSON.parse(text);
    const queue = queues.find(({ name }: { name: string }) => name === 'post.order.placed');
    expect(queue).toMatchObject({
      durable: true,
      arguments: { 'x-queue-type': 'quorum', 'x-delivery-limit': 5, 'x-dead-letter-exchange': 'post.dead' },
    });
  });
});

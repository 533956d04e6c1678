import { broker } from '../names.ts';
import { type KubernetesObject, labelOf } from './kubernetes-object.ts';
import { ofKind, type Typed } from './typed-objects.ts';

type Labels = Readonly<Record<string, string>>;

export type Pods = readonly { readonly namespace: string; readonly labels: Labels }[];

/** IST0101: every route leads to a host and port that exist. */
export function destinationProblems(objects: readonly KubernetesObject[]): string[] {
  const ports = portsByHost(objects);
  const destinations = [
    ...ofKind(objects, 'VirtualService').flatMap((object) =>
      (object.spec?.http ?? []).flatMap((http) =>
        (http.route ?? []).map(({ destination }) => ({
          object,
          host: destination.host,
          port: destination.port?.number,
        })),
      ),
    ),
    ...ofKind(objects, 'DestinationRule').map((object) => ({ object, host: object.spec?.host ?? '', port: undefined })),
  ];
  return destinations.flatMap(({ object, host, port }) => {
    const known = ports.get(host);
    if (!known) return [`IST0101 ${labelOf(object)}: there is no host ${host}`];
    return port === undefined || known.includes(port)
      ? []
      : [`IST0101 ${labelOf(object)}: ${host} has no port ${port}`];
  });
}

/** IST0101: every route that delegates does so to a VirtualService that is there, has no hosts, and delegates no further. */
export function delegateProblems(objects: readonly KubernetesObject[]): string[] {
  const all = ofKind(objects, 'VirtualService');
  return all.flatMap((object) =>
    (object.spec?.http ?? []).flatMap(({ delegate }) => {
      if (!delegate) return [];
      const { name, namespace = object.metadata.namespace } = delegate;
      const found = all.find(({ metadata }) => metadata.name === name && metadata.namespace === namespace);
      if (!found) return [`IST0101 ${labelOf(object)}: there is no VirtualService ${namespace}/${name}`];
      const further = (found.spec?.http ?? []).some((http) => http.delegate !== undefined);
      return found.spec?.hosts || found.spec?.gateways || further
        ? [`${labelOf(object)}: ${namespace}/${name} has hosts, gateways or delegates of its own, and is no delegate`]
        : [];
    }),
  );
}

/** IST0101 and IST0132: every gateway that is named exists, serves the hosts that are bound to it, and has pods. */
export function gatewayProblems(objects: readonly KubernetesObject[], pods: Pods): string[] {
  const gateways = ofKind(objects, 'Gateway');
  const bound = ofKind(objects, 'VirtualService').flatMap((object) =>
    (object.spec?.gateways ?? []).filter((name) => name !== 'mesh').map((name) => ({ object, name })),
  );
  return [
    ...bound.flatMap(({ object, name }) => {
      const gateway = gateways.find(({ metadata }) => `${metadata.namespace}/${metadata.name}` === name);
      if (!gateway) return [`IST0101 ${labelOf(object)}: there is no gateway ${name}`];
      const served = gatewayHosts(gateway);
      return (object.spec?.hosts ?? [])
        .filter((host) => !served.some((pattern) => servesHost(pattern, object.metadata.namespace, host)))
        .map((host) => `IST0132 ${labelOf(object)}: gateway ${name} does not serve ${host} for its namespace`);
    }),
    ...gateways
      .filter(({ metadata, spec }) => !selects(pods, metadata.namespace, spec?.selector ?? {}))
      .map((gateway) => `IST0101 ${labelOf(gateway)}: its selector matches no pod`),
  ];
}

/** IST0101: every host that a workload may reach exists. */
export function sidecarHostProblems(objects: readonly KubernetesObject[]): string[] {
  const known = portsByHost(objects);
  const namespaces = objects.filter(({ kind }) => kind === 'Namespace').map(({ metadata }) => metadata.name);
  return ofKind(objects, 'Sidecar').flatMap((object) =>
    (object.spec?.egress ?? [])
      .flatMap(({ hosts }) => hosts)
      // What is in a namespace of others, these manifests do not show.
      .filter((host) => host.startsWith('./') || namespaces.includes(host.slice(0, host.indexOf('/'))))
      .map((host) => host.slice(host.indexOf('/') + 1))
      .filter((host) => host !== '*' && !known.has(host))
      .map((host) => `IST0101 ${labelOf(object)}: there is no host ${host}`),
  );
}

/** IST0127: every selector matches a pod. */
export function selectorProblems(objects: readonly KubernetesObject[], pods: Pods): string[] {
  const selectors = [
    ...ofKind(objects, 'AuthorizationPolicy').map((object) => ({ object, labels: object.spec?.selector?.matchLabels })),
    ...ofKind(objects, 'RequestAuthentication').map((object) => ({
      object,
      labels: object.spec?.selector?.matchLabels,
    })),
    ...ofKind(objects, 'PeerAuthentication').map((object) => ({ object, labels: object.spec?.selector?.matchLabels })),
    ...ofKind(objects, 'Sidecar').map((object) => ({ object, labels: object.spec?.workloadSelector?.labels })),
    ...ofKind(objects, 'Service').map((object) => ({ object, labels: object.spec?.selector })),
  ];
  return selectors
    .filter(({ object, labels }) => labels && !selects(pods, object.metadata.namespace, labels))
    .map(({ object }) => `IST0127 ${labelOf(object)}: its selector matches no pod`);
}

function portsByHost(objects: readonly KubernetesObject[]): ReadonlyMap<string, readonly number[]> {
  return new Map<string, readonly number[]>([
    ...ofKind(objects, 'Service').map(
      ({ metadata, spec }) =>
        [
          `${metadata.name}.${metadata.namespace}.svc.cluster.local`,
          (spec?.ports ?? []).map(({ port }) => port),
        ] as const,
    ),
    // The operator makes a Service of the cluster's name.
    ...objects
      .filter(({ kind }) => kind === 'RabbitmqCluster')
      .map(({ metadata }): readonly [string, readonly number[]] => [
        `${metadata.name}.${metadata.namespace}.svc.cluster.local`,
        [broker.port],
      ]),
    ...ofKind(objects, 'ServiceEntry').flatMap(({ spec }) =>
      spec.hosts.map((host) => [host, (spec.ports ?? []).map((port) => port.number)] as const),
    ),
  ]);
}

function gatewayHosts({ spec }: Typed<'Gateway'>): readonly string[] {
  return (spec?.servers ?? []).flatMap(({ hosts }) => hosts);
}

function servesHost(pattern: string, namespace: string | undefined, host: string): boolean {
  const [forNamespace, name] = pattern.includes('/') ? pattern.split('/') : ['*', pattern];
  if (forNamespace !== '*' && forNamespace !== namespace) return false;
  return name === '*' || name === host || (name?.startsWith('*.') === true && host.endsWith(name.slice(1)));
}

function selects(pods: Pods, namespace: string | undefined, selector: Labels): boolean {
  return pods.some(
    (pod) =>
      pod.namespace === namespace && Object.entries(selector).every(([label, value]) => pod.labels[label] === value),
  );
}

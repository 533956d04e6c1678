import { type KubernetesObject, labelOf } from './kubernetes-object.ts';
import { ofKind } from './typed-objects.ts';

/** IST0109: of two sets of mesh routes for one host, one would be dropped. (At a gateway they are merged.) */
export function hostConflicts(objects: readonly KubernetesObject[]): string[] {
  const claims = ofKind(objects, 'VirtualService')
    .filter(({ spec }) => (spec?.gateways ?? ['mesh']).includes('mesh'))
    .flatMap((object) => (object.spec?.hosts ?? []).map((host) => ({ object, key: host })));
  return repeated(claims).map(({ object, key }) => `IST0109 ${labelOf(object)}: another has mesh routes for ${key}`);
}

/** IST0110 and IST0111: one Sidecar per workload, and one without a selector per namespace. */
export function sidecarConflicts(objects: readonly KubernetesObject[]): string[] {
  const claims = ofKind(objects, 'Sidecar').map((object) => ({
    object,
    key: `${object.metadata.namespace} ${JSON.stringify(object.spec?.workloadSelector?.labels ?? {})}`,
  }));
  return repeated(claims).map(
    ({ object }) =>
      `${object.spec?.workloadSelector ? 'IST0110' : 'IST0111'} ${labelOf(object)}: another is for the same workloads`,
  );
}

/** IST0118: a port says its protocol, by its name or by appProtocol. */
export function portNameProblems(objects: readonly KubernetesObject[]): string[] {
  const convention = /^(http|http2|https|grpc|tcp|tls|udp|mongo|mysql|redis)(-|$)/;
  return ofKind(objects, 'Service').flatMap((object) =>
    (object.spec?.ports ?? [])
      .filter(({ name, appProtocol }) => appProtocol === undefined && !convention.test(name ?? ''))
      .map(({ port }) => `IST0118 ${labelOf(object)}: port ${port} does not say its protocol`),
  );
}

/** IST0130: no route stands behind one that takes all of its requests. */
export function unreachableRoutes(objects: readonly KubernetesObject[]): string[] {
  return ofKind(objects, 'VirtualService').flatMap((object) => {
    const taken = new Set<string>();
    let takesAll = false;
    return (object.spec?.http ?? []).flatMap(({ name, match }) => {
      const matches = (match ?? []).map((one) => JSON.stringify(one));
      const unreachable = takesAll || (matches.length > 0 && matches.every((one) => taken.has(one)));
      takesAll ||= matches.length === 0;
      for (const one of matches) taken.add(one);
      return unreachable ? [`IST0130 ${labelOf(object)}: route ${name} is never reached`] : [];
    });
  });
}

/** IST0134, IST0177, and two entries that claim one port of one address: of those, one would win. */
export function addressProblems(objects: readonly KubernetesObject[]): string[] {
  const entries = ofKind(objects, 'ServiceEntry');
  const bare = entries.filter(
    ({ spec }) => (spec.addresses ?? []).length === 0 && (spec.ports ?? []).some(({ protocol }) => protocol === 'TCP'),
  );
  const hosts = entries.flatMap((object) => object.spec.hosts.map((host) => ({ object, key: host })));
  const claims = entries.flatMap((object) =>
    (object.spec.addresses ?? []).flatMap((address) =>
      (object.spec.ports ?? []).map((port) => ({ object, key: `${address} port ${port.number}` })),
    ),
  );
  return [
    ...bare.map((object) => `IST0134 ${labelOf(object)}: has TCP ports and no addresses`),
    ...repeated(hosts).map(({ object, key }) => `IST0177 ${labelOf(object)}: another entry is for ${key} too`),
    ...repeated(claims).map(({ object, key }) => `${labelOf(object)}: another entry claims ${key} too`),
  ];
}

/** The later ones of those that have one key. */
function repeated<T extends { readonly key: string }>(claims: readonly T[]): readonly T[] {
  return claims.filter(({ key }, index) => claims.findIndex((other) => other.key === key) < index);
}

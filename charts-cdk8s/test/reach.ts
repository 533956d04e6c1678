import type { KubernetesObject } from '../checks/kubernetes-object.ts';
import { matchesLabels } from '../checks/pods.ts';
import { ofKind } from '../checks/typed-objects.ts';

export interface Pod {
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
}

interface Peer {
  readonly ipBlock?: { readonly cidr: string; readonly except?: readonly string[] };
  readonly namespaceSelector?: { readonly matchLabels?: Readonly<Record<string, string>> };
  readonly podSelector?: { readonly matchLabels?: Readonly<Record<string, string>> };
}

/**
 * Whether one pod may open a TCP connection to another, by the rules of NetworkPolicy: a pod that no policy selects is
 * open; otherwise some policy of each side must allow it.
 */
export function mayConnect(
  objects: readonly KubernetesObject[],
  { from, to, port }: { readonly from: Pod; readonly to: Pod; readonly port: number },
): boolean {
  return (
    allowed(rulesFor(objects, from, 'Egress'), { peer: to, ownNamespace: from.namespace, port }) &&
    allowed(rulesFor(objects, to, 'Ingress'), { peer: from, ownNamespace: to.namespace, port })
  );
}

/** Whether a pod may open a TCP connection to an address that a policy names as a block of one. */
export function mayConnectTo(
  objects: readonly KubernetesObject[],
  { from, address, port }: { readonly from: Pod; readonly address: string; readonly port: number },
): boolean {
  const rules = rulesFor(objects, from, 'Egress');
  return (
    rules === undefined ||
    rules.some(
      (rule) => ports(rule).includes(port) && rule.peers?.some(({ ipBlock }) => ipBlock?.cidr === `${address}/32`),
    )
  );
}

interface Rule {
  readonly peers?: readonly Peer[] | undefined;
  readonly ports?: readonly { readonly port?: string | number; readonly protocol?: string }[] | undefined;
}

function rulesFor(objects: readonly KubernetesObject[], pod: Pod, type: 'Ingress' | 'Egress'): Rule[] | undefined {
  const selecting = ofKind(objects, 'NetworkPolicy').filter(
    ({ metadata, spec }) =>
      metadata.namespace === pod.namespace &&
      spec?.policyTypes?.includes(type) &&
      matchesLabels(spec.podSelector?.matchLabels ?? {}, pod.labels),
  );
  if (selecting.length === 0) return undefined;
  return selecting.flatMap(({ spec }) =>
    type === 'Ingress'
      ? (spec?.ingress ?? []).map((rule) => ({ peers: rule.from, ports: rule.ports }))
      : (spec?.egress ?? []).map((rule) => ({ peers: rule.to, ports: rule.ports })),
  );
}

function allowed(
  rules: readonly Rule[] | undefined,
  { peer, ownNamespace, port }: { peer: Pod; ownNamespace: string; port: number },
): boolean {
  if (rules === undefined) return true;
  return rules.some(
    (rule) =>
      ports(rule).includes(port) &&
      (rule.peers === undefined || rule.peers.some((candidate) => isPeer(candidate, peer, ownNamespace))),
  );
}

function ports(rule: Rule): readonly (string | number | undefined)[] {
  return (rule.ports ?? []).filter(({ protocol }) => protocol === 'TCP').map(({ port }) => port);
}

function isPeer({ ipBlock, namespaceSelector, podSelector }: Peer, pod: Pod, ownNamespace: string): boolean {
  if (ipBlock) return false;
  const wanted = namespaceSelector?.matchLabels?.['kubernetes.io/metadata.name'] ?? ownNamespace;
  return wanted === pod.namespace && matchesLabels(podSelector?.matchLabels ?? {}, pod.labels);
}

import type { INetworkPolicyEgressRule } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicyEgressRule';
import type { INetworkPolicyPeer } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicyPeer';
import type { ClusterEnvironment, ExternalServer } from '../../environment.ts';
import { ingress, meshNamespace, ports, selectorLabels } from '../../names.ts';
import { monitoring } from '../../observability/names.ts';

/** Kubernetes labels each namespace with its name. */
const inNamespace = (name: string) => ({ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': name } } });

/** The pods of a workload, in the same namespace. */
export function workloadPods(workload: string): INetworkPolicyPeer {
  return { podSelector: { matchLabels: selectorLabels(workload) } };
}

export const gatewayPods: INetworkPolicyPeer = {
  ...inNamespace(ingress.namespace),
  podSelector: { matchLabels: { ...ingress.labels } },
};

export function podsIn(namespace: string, labels?: Readonly<Record<string, string>>): INetworkPolicyPeer {
  return { ...inNamespace(namespace), ...(labels && { podSelector: { matchLabels: { ...labels } } }) };
}

export function tcp(...numbers: readonly number[]) {
  return numbers.map((port) => ({ protocol: 'TCP' as const, port }));
}

/** What every pod with a sidecar needs: names, and its certificate and configuration. */
export const everybodyReaches: INetworkPolicyEgressRule[] = [
  {
    to: [podsIn('kube-system', { 'k8s-app': 'kube-dns' })],
    ports: [
      { protocol: 'UDP', port: 53 },
      { protocol: 'TCP', port: 53 },
    ],
  },
  { to: [podsIn(meshNamespace, { app: 'istiod' })], ports: tcp(15_012) },
];

/** Addresses that are not of the internet: RFC 1918, RFC 6598, and where clouds keep the credentials of a machine. */
const notPublic = ['10.0.0.0/8', '100.64.0.0/10', '169.254.0.0/16', '172.16.0.0/12', '192.168.0.0/16'];

/**
 * The way to a server: its pods, its fixed addresses, or when it has none its networks, or anywhere on the internet. There
 * the mesh decides by the host, and this only by the port.
 */
export function toServer(
  { addresses, networks, pods, port }: ExternalServer,
  morePorts: readonly number[] = [],
): INetworkPolicyEgressRule {
  const blocks = addresses?.map((address) => ({ cidr: `${address}/${address.includes(':') ? 128 : 32}` }));
  const anywhere = networks?.map((cidr) => ({ cidr })) ?? [{ cidr: '0.0.0.0/0', except: notPublic }];
  return {
    to: pods
      ? [{ podSelector: { matchLabels: { ...pods } } }]
      : (blocks ?? anywhere).map((ipBlock) => ({ ipBlock: structuredClone(ipBlock) })),
    ports: tcp(port, ...morePorts),
  };
}

/** The way to the collector of traces. */
export function toTraces({ cluster: { traces } }: ClusterEnvironment): INetworkPolicyEgressRule[] {
  return traces === undefined ? [] : [{ to: [podsIn(monitoring.namespace)], ports: tcp(Number(new URL(traces).port)) }];
}

/** The way to a workload that is called. */
export function toWorkloads(workloads: readonly string[]): INetworkPolicyEgressRule[] {
  return workloads.length === 0 ? [] : [{ to: workloads.map(workloadPods), ports: tcp(ports.app) }];
}

import type { ApiObject } from 'cdk8s';
import type { Construct } from 'constructs';
import { NetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicy';
import type { INetworkPolicyEgressRule } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicyEgressRule';
import type { INetworkPolicyIngressRule } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicyIngressRule';
import { manifest } from '../manifest.ts';

export interface PodNetworkOptions {
  readonly name: string;
  readonly namespace: string;
  /** Labels of the pods. */
  readonly pods: Readonly<Record<string, string>>;
  /** @default nobody reaches them */
  readonly ingress?: INetworkPolicyIngressRule[];
  readonly egress: INetworkPolicyEgressRule[];
}

/** Who may connect to some pods, and where they may connect to. */
export function podNetwork(scope: Construct, id: string, options: PodNetworkOptions): ApiObject {
  const { name, namespace, pods, ingress, egress } = options;
  return manifest(
    scope,
    id,
    new NetworkPolicy({
      metadata: { name, namespace },
      spec: {
        podSelector: { matchLabels: { ...pods } },
        policyTypes: ['Ingress', 'Egress'],
        ...(ingress && { ingress }),
        egress,
      },
    }),
  );
}

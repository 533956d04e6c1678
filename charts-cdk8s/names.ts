/** Names that every manifest shares with the code that runs in the mesh. */

/** The namespace of every workload. */
export const namespace = 'ticketaka';

/** Namespace whose policies and configuration hold for the whole mesh. */
export const meshNamespace = 'istio-system';

/** The ingress gateway: a deployment of Istio's own, which the manifests only configure. */
export const ingress = {
  namespace: 'istio-ingress',
  /** Name of the Gateway resource. */
  gateway: 'ticketaka',
  labels: { istio: 'ingressgateway' },
  serviceAccount: 'istio-ingressgateway',
} as const;

/** Port of the Kubernetes Service, and the container port behind it. The admin port is in no Service: only the kubelet asks it. */
export const ports = { service: 80, app: 8080, admin: 9090 } as const;

/** Ports of the gateway: in its pods, above 1024 since nobody there is root, and of each node for what is in front of it. */
export const gatewayPorts = {
  http: { service: 80, pod: 8080, node: 30_080 },
  https: { service: 443, pod: 8443, node: 30_443 },
  /** Health, for load balancers: `/healthz/ready` answers while Envoy takes requests. */
  status: { service: 15_021, pod: 15_021, node: 30_021 },
} as const;

/** RabbitMQ, where the cluster runs it. Its pods and Service are the operator's. */
export const broker = {
  name: 'rabbitmq',
  /** Labels that the operator gives the pods. */
  labels: { 'app.kubernetes.io/component': 'rabbitmq', 'app.kubernetes.io/name': 'rabbitmq' },
  port: 5672,
  /** Between nodes: epmd, and Erlang's distribution. */
  nodePorts: [4369, 25_672],
  metricsPort: 15_692,
} as const;

/** Full host of a workload's Kubernetes Service. */
export function hostOf(workload: string): string {
  return `${workload}.${namespace}.svc.cluster.local`;
}

/** Identity in the workload's mTLS certificate, as policies write it (without `spiffe://`). */
export function principalOf(workload: string): string {
  return `cluster.local/ns/${namespace}/sa/${workload}`;
}

export const ingressPrincipal = `cluster.local/ns/${ingress.namespace}/sa/${ingress.serviceAccount}`;

/** Labels of a workload's pods that selectors go by. */
export function selectorLabels(workload: string): { readonly app: string } {
  return { app: workload };
}

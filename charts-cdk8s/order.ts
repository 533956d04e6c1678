import type { KubernetesObject } from './checks/kubernetes-object.ts';

/** Kinds in the order in which to apply them: rules before what they rule, deny before allow. Gaps are for kinds to come. */
const order: Readonly<Record<string, number>> = {
  Namespace: 0,
  ConfigMap: 10,
  ServiceAccount: 11,
  Role: 12,
  RoleBinding: 13,
  ExternalSecret: 14,
  SealedSecret: 14,
  Certificate: 15,
  NetworkPolicy: 19,
  PeerAuthentication: 20,
  RequestAuthentication: 21,
  AuthorizationPolicy: 22,
  ServiceEntry: 30,
  Sidecar: 31,
  DestinationRule: 32,
  Service: 40,
  RabbitmqCluster: 35,
  AnalysisTemplate: 41,
  Job: 45,
  VirtualService: 50,
  Gateway: 60,
  Rollout: 70,
  Deployment: 71,
  PodMonitor: 72,
  ServiceMonitor: 73,
  PrometheusRule: 74,
  AlertmanagerConfig: 75,
  Telemetry: 76,
  Kiali: 77,
  PodDisruptionBudget: 80,
  HorizontalPodAutoscaler: 81,
  ScaledObject: 82,
  Ingress: 90,
};

/** `50-virtual-service.yaml` */
export function fileNameOf({ kind }: Pick<KubernetesObject, 'kind'>): string {
  const rank = order[kind];
  if (rank === undefined) throw new Error(`${kind} has no place in the order of application`);
  const words = kind.replaceAll(/(?<=[a-z])(?=[A-Z])/g, '-').toLowerCase();
  return `${String(rank).padStart(2, '0')}-${words}.yaml`;
}

import type { KubernetesObject } from './checks/kubernetes-object.ts';

/**
 * When Argo CD applies a kind, before those of a later wave and once those of an earlier one are healthy. What is not
 * here goes last, in wave 0.
 */
const waves: Readonly<Record<string, number>> = {
  Namespace: -5,
  // Rules before what they rule: no pod is ever without its walls.
  ConfigMap: -4,
  ServiceAccount: -4,
  Role: -4,
  RoleBinding: -4,
  NetworkPolicy: -4,
  PeerAuthentication: -4,
  RequestAuthentication: -4,
  AuthorizationPolicy: -4,
  ExternalSecret: -3,
  SealedSecret: -3,
  Certificate: -3,
  ServiceEntry: -3,
  Sidecar: -3,
  RabbitmqCluster: -2,
  Service: -2,
  // A Rollout whose routes and analyses are not there is refused by its controller.
  DestinationRule: -2,
  VirtualService: -2,
  AnalysisTemplate: -2,
  // The schema before those who use it.
  Job: -1,
};

const annotation = 'argocd.argoproj.io/sync-wave';

/** The object with its wave, unless it has one of its own or goes last. */
export function withSyncWave<T extends KubernetesObject>(object: T): T {
  const wave = waves[object.kind];
  const { metadata } = object;
  if (wave === undefined || metadata.annotations?.[annotation] !== undefined) return object;
  return { ...object, metadata: { ...metadata, annotations: { ...metadata.annotations, [annotation]: String(wave) } } };
}

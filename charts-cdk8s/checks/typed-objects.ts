import type {
  IDestinationRule,
  IGateway,
  IServiceEntry,
  ISidecar,
  IVirtualService,
} from '@kubernetes-models/istio/networking.istio.io/v1';
import type {
  IAuthorizationPolicy,
  IPeerAuthentication,
  IRequestAuthentication,
} from '@kubernetes-models/istio/security.istio.io/v1';
import type { IDeployment } from 'kubernetes-models/apps/v1/Deployment';
import type { IStatefulSet } from 'kubernetes-models/apps/v1/StatefulSet';
import type { IHorizontalPodAutoscaler } from 'kubernetes-models/autoscaling/v2/HorizontalPodAutoscaler';
import type { ICronJob } from 'kubernetes-models/batch/v1/CronJob';
import type { IJob } from 'kubernetes-models/batch/v1/Job';
import type { IIngress } from 'kubernetes-models/networking.k8s.io/v1/Ingress';
import type { INetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicy';
import type { IPodDisruptionBudget } from 'kubernetes-models/policy/v1/PodDisruptionBudget';
import type { IService } from 'kubernetes-models/v1/Service';
import type {
  AnalysisTemplateFields,
  CertificateFields,
  ExternalSecretFields,
  PodMonitorFields,
  RolloutFields,
  ScaledObjectFields,
  SealedSecretFields,
} from './custom-kinds.ts';
import type { KubernetesObject } from './kubernetes-object.ts';

interface Kinds {
  AnalysisTemplate: { spec: AnalysisTemplateFields };
  AuthorizationPolicy: IAuthorizationPolicy;
  Certificate: { spec: CertificateFields };
  ClusterAnalysisTemplate: { spec: AnalysisTemplateFields };
  CronJob: ICronJob;
  Deployment: IDeployment;
  DestinationRule: IDestinationRule;
  ExternalSecret: { spec: ExternalSecretFields };
  Gateway: IGateway;
  HorizontalPodAutoscaler: IHorizontalPodAutoscaler;
  Ingress: IIngress;
  Job: IJob;
  NetworkPolicy: INetworkPolicy;
  PeerAuthentication: IPeerAuthentication;
  PodDisruptionBudget: IPodDisruptionBudget;
  PodMonitor: { spec: PodMonitorFields };
  RequestAuthentication: IRequestAuthentication;
  Rollout: { spec: RolloutFields };
  ScaledObject: { spec: ScaledObjectFields };
  SealedSecret: { spec: SealedSecretFields };
  Service: IService;
  ServiceEntry: IServiceEntry;
  Sidecar: ISidecar;
  StatefulSet: IStatefulSet;
  VirtualService: IVirtualService;
}

export type Typed<K extends keyof Kinds> = Pick<KubernetesObject, 'apiVersion' | 'kind' | 'metadata'> &
  Pick<Kinds[K], 'spec'>;

/** The objects of one kind. Only for objects that were checked against the schema of their kind. */
export function ofKind<K extends keyof Kinds>(objects: readonly KubernetesObject[], kind: K): readonly Typed<K>[] {
  // The schema check has shown that an object of this kind has the type of this kind.
  return objects.filter((object) => object.kind === kind) as unknown as Typed<K>[];
}

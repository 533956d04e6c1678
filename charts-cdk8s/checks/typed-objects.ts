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
import type { IService } from 'kubernetes-models/v1/Service';
import type { KubernetesObject } from './kubernetes-object.ts';

interface Kinds {
  AuthorizationPolicy: IAuthorizationPolicy;
  DestinationRule: IDestinationRule;
  Gateway: IGateway;
  PeerAuthentication: IPeerAuthentication;
  RequestAuthentication: IRequestAuthentication;
  Service: IService;
  ServiceEntry: IServiceEntry;
  Sidecar: ISidecar;
  VirtualService: IVirtualService;
}

export type Typed<K extends keyof Kinds> = Pick<KubernetesObject, 'apiVersion' | 'kind' | 'metadata'> &
  Pick<Kinds[K], 'spec'>;

/** The objects of one kind. Only for objects that were checked against the schema of their kind. */
export function ofKind<K extends keyof Kinds>(objects: readonly KubernetesObject[], kind: K): readonly Typed<K>[] {
  // The schema check has shown that an object of this kind has the type of this kind.
  return objects.filter((object) => object.kind === kind) as unknown as Typed<K>[];
}

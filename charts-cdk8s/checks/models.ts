import {
  DestinationRule,
  Gateway,
  ServiceEntry,
  Sidecar,
  VirtualService,
} from '@kubernetes-models/istio/networking.istio.io/v1';
import {
  AuthorizationPolicy,
  PeerAuthentication,
  RequestAuthentication,
} from '@kubernetes-models/istio/security.istio.io/v1';
import { ConfigMap } from 'kubernetes-models/v1/ConfigMap';
import { Namespace } from 'kubernetes-models/v1/Namespace';
import { Service } from 'kubernetes-models/v1/Service';
import { ServiceAccount } from 'kubernetes-models/v1/ServiceAccount';

/** A published model: its validator is compiled from the schema of the CRD or of Kubernetes. */
export interface PublishedModel {
  readonly apiVersion: string;
  readonly kind: string;
  readonly prototype: { validate(): void };
}

const models: readonly PublishedModel[] = [
  AuthorizationPolicy,
  ConfigMap,
  DestinationRule,
  Gateway,
  Namespace,
  PeerAuthentication,
  RequestAuthentication,
  Service,
  ServiceAccount,
  ServiceEntry,
  Sidecar,
  VirtualService,
];

/** The model of a kind, or undefined for one that the platform does not render. */
export function modelOf(apiVersion: string, kind: string): PublishedModel | undefined {
  return models.find((model) => model.apiVersion === apiVersion && model.kind === kind);
}

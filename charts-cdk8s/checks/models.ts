import { AnalysisTemplate } from '@kubernetes-models/argo-rollouts/argoproj.io/v1alpha1/AnalysisTemplate';
import { Rollout } from '@kubernetes-models/argo-rollouts/argoproj.io/v1alpha1/Rollout';
import { Certificate } from '@kubernetes-models/cert-manager/cert-manager.io/v1/Certificate';
import { ExternalSecret } from '@kubernetes-models/external-secrets/external-secrets.io/v1/ExternalSecret';
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
import { Telemetry } from '@kubernetes-models/istio/telemetry.istio.io/v1';
import { ScaledObject } from '@kubernetes-models/keda/keda.sh/v1alpha1/ScaledObject';
import {
  PodMonitor,
  PrometheusRule,
  ServiceMonitor,
} from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1';
import { AlertmanagerConfig } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1alpha1';
import { Deployment } from 'kubernetes-models/apps/v1/Deployment';
import { HorizontalPodAutoscaler } from 'kubernetes-models/autoscaling/v2/HorizontalPodAutoscaler';
import { Job } from 'kubernetes-models/batch/v1/Job';
import { Ingress } from 'kubernetes-models/networking.k8s.io/v1/Ingress';
import { NetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicy';
import { PodDisruptionBudget } from 'kubernetes-models/policy/v1/PodDisruptionBudget';
import { Role } from 'kubernetes-models/rbac.authorization.k8s.io/v1/Role';
import { RoleBinding } from 'kubernetes-models/rbac.authorization.k8s.io/v1/RoleBinding';
import { ConfigMap } from 'kubernetes-models/v1/ConfigMap';
import { Namespace } from 'kubernetes-models/v1/Namespace';
import { Service } from 'kubernetes-models/v1/Service';
import { ServiceAccount } from 'kubernetes-models/v1/ServiceAccount';
import { KialiResource } from '../observability/kiali-resource.ts';
import { rabbitmqClusterSchema } from '../rabbitmq-cluster.ts';
import { sealedSecretSchema } from '../sealed-secret.ts';
import type { PublishedModel } from './published-model.ts';
import { writtenModel } from './written-model.ts';

/** A kind without a published model, checked against a schema of ours. */
function modelFrom(schema: typeof rabbitmqClusterSchema | typeof sealedSecretSchema): PublishedModel {
  const validate = function (this: unknown) {
    const [issue] = schema.safeParse(this).error?.issues ?? [];
    if (issue) throw new Error(`${issue.path.join('.')}: ${issue.message}`);
  };
  const { apiVersion, kind } = schema.shape;
  return { apiVersion: apiVersion.value, kind: kind.value, prototype: { validate } };
}

const models: readonly PublishedModel[] = [
  modelFrom(rabbitmqClusterSchema),
  modelFrom(sealedSecretSchema),
  AlertmanagerConfig,
  AnalysisTemplate,
  AuthorizationPolicy,
  Certificate,
  ConfigMap,
  Deployment,
  DestinationRule,
  ExternalSecret,
  Gateway,
  HorizontalPodAutoscaler,
  Ingress,
  Job,
  Namespace,
  NetworkPolicy,
  PeerAuthentication,
  PodDisruptionBudget,
  PodMonitor,
  PrometheusRule,
  RequestAuthentication,
  Role,
  RoleBinding,
  Rollout,
  ScaledObject,
  Service,
  ServiceAccount,
  ServiceEntry,
  ServiceMonitor,
  Sidecar,
  Telemetry,
  VirtualService,
  writtenModel('kiali.io/v1alpha1', 'Kiali', KialiResource),
];

/** The model of a kind, or undefined for one that the platform does not render. */
export function modelOf(apiVersion: string, kind: string): PublishedModel | undefined {
  return models.find((model) => model.apiVersion === apiVersion && model.kind === kind);
}

import type { IJobSpec } from 'kubernetes-models/batch/v1/JobSpec';
import type { IPodTemplateSpec } from 'kubernetes-models/v1/PodTemplateSpec';

/** The fields of operators' kinds that the checks read. Their schemas are checked elsewhere; these are only what is looked at. */

export interface RolloutFields {
  readonly replicas?: number;
  readonly workloadRef?: { readonly name?: string };
  readonly selector?: { readonly matchLabels?: Readonly<Record<string, string>> };
  readonly template?: IPodTemplateSpec;
  readonly strategy?: {
    readonly canary?: {
      readonly canaryService?: string;
      readonly stableService?: string;
      readonly analysis?: RolloutAnalysis;
      readonly steps?: readonly RolloutStep[];
      readonly trafficRouting?: {
        readonly managedRoutes?: readonly { readonly name: string }[];
        readonly istio?: {
          readonly virtualService?: RolloutRoutes;
          readonly virtualServices?: readonly RolloutRoutes[];
          readonly destinationRule?: {
            readonly name: string;
            readonly canarySubsetName?: string;
            readonly stableSubsetName?: string;
          };
        };
      };
    };
  };
}

interface RolloutRoutes {
  readonly name: string;
  readonly routes?: readonly string[];
}

interface RolloutAnalysis {
  readonly templates?: readonly { readonly templateName: string; readonly clusterScope?: boolean }[];
  readonly args?: readonly { readonly name: string }[];
}

interface RolloutStep {
  readonly setHeaderRoute?: { readonly name: string };
  readonly setMirrorRoute?: { readonly name: string };
  readonly setWeight?: number;
  readonly analysis?: RolloutAnalysis;
}

export interface AnalysisTemplateFields {
  readonly args?: readonly { readonly name: string; readonly value?: string; readonly valueFrom?: unknown }[];
  readonly metrics?: readonly {
    readonly name: string;
    readonly successCondition?: string;
    readonly failureCondition?: string;
    readonly count?: number;
    readonly interval?: string;
    readonly failureLimit?: number;
    readonly consecutiveSuccessLimit?: number;
    readonly inconclusiveLimit?: number;
    readonly provider?: {
      readonly prometheus?: { readonly query?: string };
      readonly job?: { readonly spec: IJobSpec };
    };
  }[];
}

export interface CertificateFields {
  readonly secretName: string;
  readonly dnsNames?: readonly string[];
}

export interface ExternalSecretFields {
  readonly secretStoreRef?: { readonly name?: string; readonly kind?: string };
  readonly target?: {
    readonly name?: string;
    readonly template?: { readonly data?: Readonly<Record<string, string>> };
  };
  readonly data?: readonly { readonly secretKey: string }[];
  readonly dataFrom?: readonly unknown[];
}

export interface SealedSecretFields {
  readonly encryptedData?: Readonly<Record<string, string>>;
  readonly template?: {
    readonly metadata?: { readonly name?: string };
    readonly data?: Readonly<Record<string, string>>;
  };
}

export interface ScaledObjectFields {
  readonly scaleTargetRef: { readonly kind?: string; readonly name: string };
  readonly minReplicaCount?: number;
  readonly maxReplicaCount?: number;
  readonly triggers?: readonly { readonly authenticationRef?: { readonly name: string; readonly kind?: string } }[];
}

export interface PodMonitorFields {
  readonly selector?: { readonly matchLabels?: Readonly<Record<string, string>> };
  readonly podMetricsEndpoints?: readonly { readonly port?: string; readonly portNumber?: number }[];
}

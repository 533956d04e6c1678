import { type Service, workloadName } from '@ticketaka/platform/contract';
import type { ClusterEnvironment } from './environment.ts';

/**
 * What a workload reads from its environment beside what its declaration asks for. A value that a secret goes into is
 * a template of External Secrets over the properties of the service's entry in the secret store.
 */
export interface WorkloadSettings {
  readonly values?: Readonly<Record<string, string>>;
  readonly secrets?: Readonly<Record<string, SecretValue>>;
  /** Files whose path a variable names, each one property of the service's entry in the secret store. */
  readonly secretFiles?: Readonly<Record<string, { readonly property: string; readonly file: string }>>;
  /** Directories whose path a variable names. Each replica has its own, for as long as its pod lives. */
  readonly directories?: Readonly<Record<string, { readonly sizeLimit: string }>>;
}

export interface SecretValue {
  /** Properties of the service's entry in the secret store that the template uses. */
  readonly properties: readonly string[];
  /** `smtp://{{ .smtpUser }}:{{ .smtpPassword }}@smtp.example:587` */
  readonly template: string;
}

const reservation = ({ egress }: ClusterEnvironment): WorkloadSettings => ({
  values: { TOSS_URL: `https://${egress['toss']?.host}` },
  secrets: {
    SALE_KEYS: { properties: ['saleKeys'], template: '{{ .saleKeys }}' },
    TOSS_SECRET_KEY: { properties: ['tossSecretKey'], template: '{{ .tossSecretKey }}' },
  },
});

const settings: Readonly<Record<string, (environment: ClusterEnvironment) => WorkloadSettings>> = {
  'auth-api': () => ({ secretFiles: { KEYS_FILE: { property: 'keyset', file: 'keyset.json' } } }),
  'mail-worker': ({ cluster, egress }) => ({
    values: { MAIL_FROM: cluster.mailFrom },
    secrets: {
      SMTP_URL: {
        properties: ['smtpUser', 'smtpPassword'],
        template: `smtp://{{ .smtpUser | urlquery }}:{{ .smtpPassword | urlquery }}@${egress['smtp']?.host}:${egress['smtp']?.port}`,
      },
    },
  }),
  'performances-api': (environment) => ({ secrets: fileStore(environment) }),
  'performances-catalogue': (environment) => ({
    secrets: fileStore(environment),
    // Lost with the pod: a new one builds its catalogue from MariaDB, as the first one did.
    directories: { SNAPSHOT_DIR: { sizeLimit: '1Gi' } },
  }),
  'performances-collector': ({ egress }) => ({
    values: {
      KOPIS_URL: `http://${egress['kopis']?.host}/openApi/restful`,
      HOLIDAYS_URL: `http://${egress['holidays']?.host}/B090041/openapi/service/SpcdeInfoService`,
    },
    secrets: {
      KOPIS_KEY: { properties: ['kopisKey'], template: '{{ .kopisKey }}' },
      HOLIDAYS_KEY: { properties: ['holidaysKey'], template: '{{ .holidaysKey }}' },
    },
  }),
  'reservation-api': reservation,
  'reservation-worker': reservation,
};

/** The settings of a workload by its name in the mesh; none for one that reads only what its declaration asks for. */
export function settingsOf(workload: string, environment: ClusterEnvironment): WorkloadSettings {
  return settings[workload]?.(environment) ?? {};
}

/** Workloads that keep or serve files. */
const fileUsers: ReadonlySet<string> = new Set(['performances-api', 'performances-catalogue']);

/** Whether any workload of a service keeps or serves files. */
export function usesFiles({ name, workloads }: Service): boolean {
  return Object.keys(workloads).some((workload) => fileUsers.has(workloadName(name, workload)));
}

function fileStore({ cluster }: ClusterEnvironment): Readonly<Record<string, SecretValue>> {
  const { host, bucket, region } = cluster.files;
  return {
    FILE_STORE_URL: {
      properties: ['filesKey', 'filesSecret'],
      template: `s3://{{ .filesKey | urlquery }}:{{ .filesSecret | urlquery }}@${host}/${bucket}?region=${region}`,
    },
  };
}

import type { Footprint } from './footprints.ts';
import type { Monitoring } from './observability/settings.ts';

/** A server that is no workload of ours, as one environment knows it. */
export interface ExternalServer {
  /** Host that workloads connect to. One name per server: Istio keeps one entry per host. */
  readonly host: string;
  readonly port: number;
  /**
   * Fixed addresses of the server. TCP needs them: without, its entry would listen on its port of every address.
   * @default - what DNS says
   */
  readonly addresses?: readonly [string, ...string[]];
  /**
   * Blocks of addresses in which DNS may say that it is, for one in a private network without fixed addresses.
   * @default - the internet
   */
  readonly networks?: readonly [string, ...string[]];
  /**
   * Labels of the pods that answer, for a server in the namespace of the workloads: the mesh knows it by itself.
   * @default - a server outside the mesh
   */
  readonly pods?: Readonly<Record<string, string>>;
  /**
   * What it speaks, where that is not what the service declares: a sandbox has no certificate.
   * @default - what the service declares
   */
  readonly protocol?: 'HTTP';
}

/** One Redis. One that somebody else manages, and replaces behind its name, speaks TLS: the mesh knows it by that name. */
export interface RedisServer extends ExternalServer {
  /** @default false */
  readonly tls?: boolean;
}

/** Redis on machines of ours that take over from each other. On each is a server and a sentinel, which agree on a master. */
export interface WatchedRedis {
  /** What the sentinels call the group. */
  readonly master: string;
  readonly port: number;
  readonly sentinelPort: number;
  /** Three, or a majority of the sentinels could not survive one. Workloads connect to whichever is the master. */
  readonly nodes: readonly [RedisNode, RedisNode, RedisNode, ...RedisNode[]];
}

export interface RedisNode {
  readonly host: string;
  /** The one by which the sentinels know it, and tell it to clients. */
  readonly address: string;
}

/** How much a pod may use, in Kubernetes' canonical quantities: `250m`, `1`, `256Mi`. */
export interface Resources {
  readonly requests: { readonly cpu: string; readonly memory: string };
  readonly limits: { readonly cpu: string; readonly memory: string };
}

/** How requests reach the gateway from outside. */
export type Edge =
  /** A load balancer of AWS, which speaks HTTPS with clients and finds its certificate by the host. */
  | { readonly kind: 'alb'; readonly scheme: 'internet-facing' | 'internal' }
  /** A pair of Nginx proxies in a zone of their own, of which one has the public address. */
  | ({ readonly kind: 'dmz' } & DmzPair);

export interface DmzPair {
  /** The address that clients know; it moves to the other proxy when one is lost. */
  readonly address: string;
  /** The proxies, the one that has the address on a good day first. */
  readonly proxies: readonly [DmzProxy, DmzProxy];
  /** Nodes of the cluster that have the gateway's node ports. */
  readonly nodes: readonly [string, ...string[]];
}

export interface DmzProxy {
  readonly name: string;
  readonly address: string;
  /** `eth0` */
  readonly interface: string;
}

/** RabbitMQ in the cluster. */
export interface Broker {
  readonly resources: Resources;
  /** Of each node. */
  readonly storage: string;
  /** @default - the cluster's own default */
  readonly storageClass?: string;
}

/**
 * Where the secrets of a cluster are kept. They are in entries, one for each service and some for what is everybody's, of
 * named properties: `mariadb` of `auth`. Templates that need no keeping put them into URLs.
 */
export type Secrets =
  /** In a store outside, from which External Secrets fetches them. */
  | {
      readonly kind: 'external-secrets';
      readonly store: { readonly kind: 'ClusterSecretStore' | 'SecretStore'; readonly name: string };
      /** `ticketaka/prod`, in which a service's entry is `ticketaka/prod/auth`. */
      readonly path: string;
      /**
       * By entry, a word to change when its properties have: pods read their secrets when they start, and what is in the
       * store git cannot see.
       */
      readonly revisions?: Readonly<Record<string, string>>;
    }
  /** In git, sealed with a key whose other half only the cluster's controller of Sealed Secrets has. */
  | { readonly kind: 'sealed-secrets'; readonly sealed: SealedEntries };

/** What `kubeseal --raw --scope namespace-wide` gave for each property of each entry. */
export type SealedEntries = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** What a Kubernetes cluster adds to the mesh: pods, and all that keeps them alive and apart. */
export interface Cluster {
  /** Where images are: `ghcr.io/ticketaka`, and a service's image is `ghcr.io/ticketaka/auth`. */
  readonly registry: string;
  /** How the world reaches the gateway: `https://ticketaka.example`. */
  readonly publicUrl: string;
  readonly logLevel: 'debug' | 'info' | 'warn';
  /** Whether nodes are in more than one zone, and so labelled with theirs. */
  readonly zones: boolean;
  /**
   * Upper bound of the replicas of any workload. Where it is 1, no workload asks for more than one.
   * @default - what each workload declares
   */
  readonly maxReplicas?: number;
  /**
   * What a replica of a workload, by its name, uses here, where that is not what it uses elsewhere.
   * @default - `footprints`
   */
  readonly footprints?: Readonly<Record<string, Footprint>>;
  readonly secrets: Secrets;
  /** Where Prometheus answers queries: canaries are judged, and workers scaled, by what it says. */
  readonly prometheus: string;
  /**
   * Where traces go, by OTLP over HTTP.
   * @default - no traces
   */
  readonly traces?: string;
  /** The store of files, `s3://…` without its keys; those are a secret. */
  readonly files: ExternalServer & { readonly bucket: string; readonly region: string };
  /** How e-mails leave; who they are from. */
  readonly mailFrom: string;
  /** Who hears of what is wrong, and where it is shown. */
  readonly monitoring: Monitoring;
  /**
   * RabbitMQ in this cluster; `stores.rabbitmq` is then the operator's Service.
   * @default - one outside
   */
  readonly broker?: Broker;
  readonly edge: Edge;
  /** Who signs the gateway's certificate. */
  readonly issuer: { readonly kind: 'ClusterIssuer' | 'Issuer'; readonly name: string };
  /** The gateway's pods. */
  readonly gateway: { readonly min: number; readonly max: number; readonly resources: Resources };
  /** Whether a canary waits for a person before it takes half of the requests. */
  readonly canary: { readonly approval: boolean };
}

/** Everything that differs between two places the platform runs in. */
export interface Environment {
  readonly name: string;
  /** Hosts that the gateway answers for; `*` is any. */
  readonly hosts: readonly [string, ...string[]];
  /**
   * Name of the TLS secret beside the gateway. With it the gateway speaks HTTPS on 443, and port 80 only redirects.
   * @default - plain HTTP on port 80
   */
  readonly tlsSecret?: string;
  readonly token: { readonly issuer: string; readonly audience: string };
  /** Proxies in front of the gateway whose X-Forwarded-For may be believed. */
  readonly trustedProxies: number;
  readonly stores: {
    readonly mariadb: ExternalServer;
    readonly redis: RedisServer | WatchedRedis;
    readonly rabbitmq: ExternalServer;
  };
  /** Servers behind the logical names of the services' `egress`. */
  readonly egress: Readonly<Record<string, ExternalServer>>;
  /**
   * What runs in the cluster.
   * @default - the mesh alone, as one machine has it
   */
  readonly cluster?: Cluster;
}

/** An environment that is one machine, with one server of each kind. */
export type MachineEnvironment = Environment & { readonly stores: { readonly redis: RedisServer } };

/** An environment that is a Kubernetes cluster. */
export type ClusterEnvironment = Environment & { readonly cluster: Cluster };

export function isCluster(environment: Environment): environment is ClusterEnvironment {
  return environment.cluster !== undefined;
}

import type { Api } from './api.ts';
import { isDocsRoute } from './docs.ts';
import type { Message } from './message.ts';
import type { Route } from './route.ts';

/** How a part of a service runs. */
export interface Workload {
  /** `http` answers requests, `worker` only consumes and does due work. Both have health and metrics. */
  readonly kind: 'http' | 'worker';
  readonly scale: { readonly min: number; readonly max: number };
  /** Names of the routes that this workload answers. @default every route, for the only http workload */
  readonly serves?: readonly string[];
}

/** A queue that the service owns. */
export interface Consumption {
  readonly message: Message;
  /** @default `<service>.<message type>` */
  readonly queue?: string;
  /** Deliveries before RabbitMQ gives a message up as poison. @default 5 */
  readonly deliveryLimit?: number;
  /** Unacknowledged messages per consumer. @default 20 */
  readonly prefetch?: number;
}

/**
 * A stream that the service owns: messages are kept for a while, and each replica reads them from where it is. For state
 * that every replica holds.
 */
export interface Following {
  readonly message: Message;
  /** @default `<service>.<message type>` */
  readonly stream?: string;
  /** How long messages are kept; whoever was away longer starts anew. @default 24 */
  readonly retentionHours?: number;
}

/** A host outside the mesh that the service talks to. */
export interface Egress {
  /** A logical name, for which each environment gives host and port: `smtp`. */
  readonly name: string;
  readonly protocol: 'TCP' | 'TLS' | 'HTTP';
}

/** What a service is. Mesh policy, database rights, queues and dashboards are derived from it. */
export interface Service {
  readonly name: string;
  readonly summary: string;
  readonly api?: Api;
  readonly workloads: Readonly<Record<string, Workload>>;
  /** What it keeps, and nobody else may open. */
  readonly owns: { readonly mariadb: boolean; readonly redis: boolean };
  /** Routes of other services that it calls: `[auth.routes.createAccount]`. */
  readonly calls: readonly Route[];
  readonly publishes: readonly Message[];
  readonly consumes: readonly Required<Consumption>[];
  readonly follows: readonly Required<Following>[];
  readonly egress: readonly Egress[];
}

interface ServiceSpec {
  readonly name: string;
  readonly summary: string;
  readonly api?: Api;
  readonly workloads: Readonly<Record<string, Workload>>;
  readonly owns?: { readonly mariadb?: boolean; readonly redis?: boolean };
  readonly calls?: readonly Route[];
  readonly publishes?: readonly Message[];
  readonly consumes?: readonly Consumption[];
  readonly follows?: readonly Following[];
  readonly egress?: readonly Egress[];
}

/**
 * Declares a service, with every default filled in.
 * @throws when the declaration contradicts itself: routes that no workload or two workloads serve, a call to itself,
 *   a message of its own that it both owns nowhere and publishes, two queues of one name
 */
export function defineService(spec: ServiceSpec): Service {
  const service: Service = {
    name: spec.name,
    summary: spec.summary,
    ...(spec.api && { api: spec.api }),
    workloads: spec.workloads,
    owns: { mariadb: spec.owns?.mariadb ?? false, redis: spec.owns?.redis ?? false },
    calls: spec.calls ?? [],
    publishes: spec.publishes ?? [],
    consumes: (spec.consumes ?? []).map((consumption) => ({
      queue: `${spec.name}.${consumption.message.type}`,
      deliveryLimit: 5,
      prefetch: 20,
      ...consumption,
    })),
    follows: (spec.follows ?? []).map((following) => ({
      stream: `${spec.name}.${following.message.type}`,
      retentionHours: 24,
      ...following,
    })),
    egress: spec.egress ?? [],
  };
  check(service);
  return service;
}

/** Whether the service has anything to do with RabbitMQ, and so needs a user there. */
export function usesBroker({ publishes, consumes, follows }: Service): boolean {
  return publishes.length + consumes.length + follows.length > 0;
}

/** The name of a workload in the mesh: its Kubernetes Service, its ServiceAccount and its host. */
export function workloadName(service: string, workload: string): string {
  return `${service}-${workload}`;
}

/** The workload that answers a route of the service. */
export function workloadOf(service: Service, route: Route): string {
  const found = serving(service, route.name)[0];
  if (found === undefined) throw new Error(`${service.name}: no http workload serves ${route.name}`);
  return found;
}

/** The pages about an API need no mention in `serves`: the first http workload answers them. */
function serving(service: Service, route: string): string[] {
  const http = Object.entries(service.workloads).filter(([, workload]) => workload.kind === 'http');
  const by = http.filter(([, { serves }]) => serves?.includes(route) ?? true).map(([name]) => name);
  return isDocsRoute(route) && by.length !== 1 ? http.slice(0, 1).map(([name]) => name) : by;
}

function check(service: Service) {
  const fail = (why: string) => {
    throw new Error(`service ${service.name}: ${why}`);
  };
  if (!/^[a-z][a-z0-9]*$/.test(service.name)) fail('its name must be lower-case letters and digits');
  if (service.api && service.api.service !== service.name) fail(`its API says that it is ${service.api.service}`);
  for (const name of Object.keys(service.api?.routes ?? {})) {
    const by = serving(service, name);
    if (by.length !== 1) fail(`route ${name} is served by ${by.length === 0 ? 'no workload' : by.join(' and ')}`);
  }
  for (const call of service.calls) if (call.service === service.name) fail(`it calls itself (${call.name})`);
  for (const { message } of service.consumes) {
    if (service.publishes.includes(message) && message.service === service.name)
      fail(`it consumes its own ${message.type}`);
  }
  const queues = [...service.consumes.map(({ queue }) => queue), ...service.follows.map(({ stream }) => stream)];
  if (new Set(queues).size !== queues.length) fail('two of its queues have one name');
}

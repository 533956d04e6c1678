import { eventStreamOf } from '@ticketaka/platform/contract';
import { namespace } from '../names.ts';
import type { WorkloadNode } from '../topology/topology.ts';
import { matching, oneOf } from './promql.ts';

/** What is promised to callers of a workload, over thirty days. */
export interface Objective {
  /** Part of the requests that are not answered with 5xx, as callers see it. */
  readonly availability: number;
  /** Part of the requests that are answered within `seconds`. */
  readonly fast: { readonly part: number; readonly seconds: number };
  /**
   * Routes, by name, that wait for somebody outside, such as a payment service: no promise is made of their time. Others
   * with the same path are left out with them.
   */
  readonly waiting?: readonly string[];
}

const usual: Objective = { availability: 0.999, fast: { part: 0.99, seconds: 0.5 } };

/** Where the promise is another one. */
const particular: Readonly<Record<string, Objective>> = {
  // Answers from memory, and keeps the site up when everything else is away.
  'performances-catalogue': { availability: 0.9995, fast: { part: 0.99, seconds: 0.1 } },
  'reservation-api': { ...usual, waiting: ['book', 'tossWebhook'] },
};

export function objectiveOf({ name }: Pick<WorkloadNode, 'name'>): Objective {
  return particular[name] ?? usual;
}

/** How a workload's own metrics are labelled: by its short name, where the mesh uses the long one. */
export function labelsOf({ service, name }: WorkloadNode): { readonly service: string; readonly workload: string } {
  return { service: service.name, workload: name.slice(service.name.length + 1) };
}

/**
 * Requests to a workload, as Envoy counts them where they are made: one that reached no pod counts as well.
 * @param more further labels
 */
export function requestsTo(
  workloads: readonly Pick<WorkloadNode, 'name'>[],
  more: Readonly<Record<string, string>> = {},
): string {
  const [only, ...others] = workloads.map(({ name }) => name);
  const name =
    only !== undefined && others.length === 0 ? only : oneOf([...(only === undefined ? [] : [only]), ...others]);
  const labels = { reporter: 'source', destination_service_name: name, destination_service_namespace: namespace };
  return `istio_requests_total${matching({ ...labels, ...more })}`;
}

type Part = 'bucket' | 'count' | 'sum';

/** The workload's own measurement, without answers that last on purpose. */
export function durations(workload: WorkloadNode, part: Part, more: Readonly<Record<string, string>> = {}): string {
  return measured(workload, part, { more, without: workload.routes.filter(eventStreamOf) });
}

/** As {@link durations}, of the routes whose time is promised. */
export function promisedDurations(
  workload: WorkloadNode,
  part: Part,
  more: Readonly<Record<string, string>> = {},
): string {
  const { waiting = [] } = objectiveOf(workload);
  const without = workload.routes.filter((route) => eventStreamOf(route) || waiting.includes(route.name));
  return measured(workload, part, { more, without });
}

interface Measured {
  readonly more: Readonly<Record<string, string>>;
  readonly without: WorkloadNode['routes'];
}

function measured(workload: WorkloadNode, part: Part, { more, without }: Measured): string {
  const paths = [...new Set(without.map(({ fullPath }) => fullPath))];
  const kept: Readonly<Record<string, string>> = paths.length > 0 ? { route: `!${oneOf(paths)}` } : {};
  const labels = matching({ ...labelsOf(workload), ...kept, ...more });
  return `ticketaka_http_server_request_duration_seconds_${part}${labels}`;
}

import type { ClusterEnvironment, Resources } from './environment.ts';
import type { WorkloadNode } from './topology/topology.ts';

/**
 * What a pod may use where its environment says nothing else. Measured on Node 24 is the least of the workloads: the web
 * server stands at 170 MB when it has started and at 190 MB after twenty thousand requests. The others are to be
 * corrected by what the dashboards show, in `cluster.resources`.
 */
export const defaultResources: Readonly<Record<WorkloadNode['kind'], Resources>> = {
  http: { requests: { cpu: '250m', memory: '256Mi' }, limits: { cpu: '1', memory: '512Mi' } },
  worker: { requests: { cpu: '100m', memory: '256Mi' }, limits: { cpu: '1', memory: '512Mi' } },
};

/** For pods that work for a moment: migrations and checks. */
export const taskResources: Resources = {
  requests: { cpu: '50m', memory: '128Mi' },
  limits: { cpu: '500m', memory: '256Mi' },
};

export function resourcesOf({ name, kind }: WorkloadNode, { cluster }: ClusterEnvironment): Resources {
  return cluster.resources?.[name] ?? defaultResources[kind];
}

/** Megabytes that V8's old space may have in so much memory: a quarter is for buffers, code and threads. */
export function heapMegabytes({ limits }: Resources): number {
  const [, amount, unit] = /^(\d+)(Mi|Gi)$/.exec(limits.memory) ?? [];
  if (amount === undefined) throw new Error(`${limits.memory} is not in Mi or Gi`);
  return Math.floor(Number(amount) * (unit === 'Gi' ? 1024 : 1) * 0.75);
}

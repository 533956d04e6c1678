import type { ClusterEnvironment, Resources } from './environment.ts';
import { type Footprint, footprints, taskFootprint } from './footprints.ts';
import type { WorkloadNode } from './topology/topology.ts';

/** The limit of memory over the most that was measured: for what no test does, and for growth. */
const room = 1.5;
/** The same for what lies outside of V8's heap, which grows less. */
const roomOutside = 1.25;
/** Part of the requested processor time above which the autoscalers add a replica. */
const scaledAbove = 0.6;

/**
 * What a pod asks for and is given, by what its workload was measured to use.
 * Memory: asked for is what it has at rest; the limit, at which the kernel ends it, is half as much again as the most.
 * Processor time: asked for is so much that the rate of {@link Footprint.cpu} adds no replica; the limit is one core for
 * the main thread, and one more where others work beside it.
 */
export function resourcesFor({ rest, most, cpu, threads = false }: Footprint): Resources {
  return {
    requests: { cpu: cores(upTo(50, cpu / scaledAbove)), memory: bytes(upTo(32, rest)) },
    limits: { cpu: threads ? '2' : '1', memory: bytes(limitOf(most)) },
  };
}

/**
 * `--max-old-space-size` for V8: what the limit leaves beside what is not heap, so that V8 collects in earnest before the
 * kernel ends the pod.
 */
export function heapFor({ most, outside }: Footprint): string {
  return `--max-old-space-size=${Math.floor(limitOf(most) - outside * roomOutside)}`;
}

/** What a workload was measured to use, or is taken to use in an environment where that was measured too. */
export function footprintOf({ name }: WorkloadNode, { cluster }: ClusterEnvironment): Footprint {
  const known: Readonly<Record<string, Footprint>> = { ...footprints, ...cluster.footprints };
  return known[name] ?? unmeasured;
}

/** Of a workload that is new: as one that has much to do, until it is measured. */
const unmeasured: Footprint = footprints['reservation-worker'];

export const taskResources = resourcesFor(taskFootprint);
export const taskHeap = heapFor(taskFootprint);

function limitOf(most: number): number {
  return upTo(64, most * room);
}

/** As Kubernetes writes it back: else Argo CD would see a difference for ever. */
function cores(thousandths: number): string {
  return thousandths % 1000 === 0 ? String(thousandths / 1000) : `${thousandths}m`;
}

function bytes(mebibytes: number): string {
  return mebibytes % 1024 === 0 ? `${mebibytes / 1024}Gi` : `${mebibytes}Mi`;
}

function upTo(step: number, value: number): number {
  return Math.ceil(value / step) * step;
}

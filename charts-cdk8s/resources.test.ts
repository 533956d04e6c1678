import { describe, expect, it } from '@jest/globals';
import { environments } from './environments/index.ts';
import { footprints, taskFootprint } from './footprints.ts';
import { footprintOf, heapFor, resourcesFor } from './resources.ts';
import { services } from './services.ts';
import { topologyOf } from './topology/topology.ts';

const workloads = topologyOf(services).workloads.map((workload) => [workload.name, workload] as const);

describe('what a pod asks for', () => {
  it.each(workloads)('was measured for %s', (name) => {
    expect(Object.keys(footprints)).toContain(name);
  });

  it('is what it has at rest, and so much processor time that its usual rate is three fifths of it', () => {
    expect(resourcesFor({ rest: 161, most: 200, outside: 100, cpu: 61 }).requests).toEqual({
      cpu: '150m',
      memory: '192Mi',
    });
  });

  it('ends at half as much again as the most, and at a core for each thread that works', () => {
    const footprint = { rest: 160, most: 214, outside: 100, cpu: 60 };
    expect(resourcesFor(footprint).limits).toEqual({ cpu: '1', memory: '384Mi' });
    expect(resourcesFor({ ...footprint, threads: true }).limits).toEqual({ cpu: '2', memory: '384Mi' });
  });

  it('is written as Kubernetes writes it', () => {
    expect(resourcesFor({ rest: 1000, most: 1300, outside: 100, cpu: 590 })).toEqual({
      requests: { cpu: '1', memory: '1Gi' },
      limits: { cpu: '1', memory: '1984Mi' },
    });
  });

  it.each([...workloads.map(([, workload]) => footprintOf(workload, environments.prod)), taskFootprint])(
    'leaves the heap more than it was seen to have: %j',
    (footprint) => {
      const heap = Number(heapFor(footprint).split('=')[1]);
      expect(heap).toBeGreaterThan((footprint.most - footprint.outside) * 1.5);
      expect(resourcesFor(footprint).limits.memory).toMatch(/^\d+Mi$/);
      expect(heap + footprint.outside).toBeLessThan(Number.parseInt(resourcesFor(footprint).limits.memory));
    },
  );
});

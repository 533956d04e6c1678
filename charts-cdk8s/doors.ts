import type { CoveredRoute } from './checks/rules/route-coverage.ts';
import { ingress, namespace, selectorLabels } from './names.ts';
import { isExposed, type Topology } from './topology/topology.ts';

/** Every declared route, with the doors that its requests come through: its workload's, and the gateway's if it is exposed. */
export function doorsOf({ workloads, callersOf }: Topology): readonly CoveredRoute[] {
  return workloads.flatMap((workload) =>
    workload.routes
      // What nobody declares to call, nobody is let in to.
      .filter((route) => isExposed(route) || callersOf(route).length > 0)
      .map((route) => ({
        route,
        doors: [
          ...(isExposed(route) ? [{ namespace: ingress.namespace, labels: ingress.labels }] : []),
          { namespace, labels: selectorLabels(workload.name) },
        ],
      })),
  );
}

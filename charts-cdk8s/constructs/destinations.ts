import { revisionsOf } from '../canary.ts';
import { hostOf, namespace, ports } from '../names.ts';

/** The part of a route that says where to: to any pod of a workload. */
export function toWorkload(workload: string) {
  return { route: [{ destination: { host: hostOf(workload), port: { number: ports.service } } }] };
}

/** The part of a route that says where to: to the revisions of a workload, by their weights. */
export function toRevisions(workload: string) {
  return { delegate: { name: revisionsOf(workload), namespace } };
}

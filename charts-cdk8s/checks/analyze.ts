import { addressProblems, hostConflicts, portNameProblems, sidecarConflicts, unreachableRoutes } from './conflicts.ts';
import type { KubernetesObject } from './kubernetes-object.ts';
import {
  delegateProblems,
  destinationProblems,
  gatewayProblems,
  type Pods,
  selectorProblems,
  sidecarHostProblems,
} from './references.ts';

/**
 * What `istioctl analyze` would find that fits these manifests, by its own codes, without a cluster.
 * @param pods labels of the pods that the manifests are for
 * @returns a line for each finding, with code and object; empty when there is none
 */
export function analyze(objects: readonly KubernetesObject[], pods: Pods): readonly string[] {
  return [
    ...destinationProblems(objects),
    ...delegateProblems(objects),
    ...gatewayProblems(objects, pods),
    ...sidecarHostProblems(objects),
    ...selectorProblems(objects, pods),
    ...hostConflicts(objects),
    ...sidecarConflicts(objects),
    ...portNameProblems(objects),
    ...unreachableRoutes(objects),
    ...addressProblems(objects),
  ];
}

import { type Finding, finding, type Objects } from '../finding.ts';

/** Groups of Kubernetes' own kinds. Those of operators' kinds are kept as they are written. */
const ownGroups = /^(?:v1|(?:apps|autoscaling|batch|policy|[a-z.]+\.k8s\.io)\/)/;

/**
 * The API server leaves out an empty list of a kind of its own. What is read back differs from what was written, so that
 * each apply is a change, and a difference to whoever compares.
 */
export function emptyLists(objects: Objects): Finding[] {
  return objects
    .filter(({ apiVersion }) => ownGroups.test(apiVersion))
    .flatMap((object) =>
      emptyIn(object.spec, 'spec').map((path) => finding('kubernetes/empty-list', object, `${path} is empty`)),
    );
}

function emptyIn(value: unknown, path: string): readonly string[] {
  if (typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value) && value.length === 0) return [path];
  return Object.entries(value).flatMap(([key, child]) => emptyIn(child, `${path}.${key}`));
}

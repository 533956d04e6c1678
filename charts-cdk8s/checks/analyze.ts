import type { KubernetesObject } from './kubernetes-object.ts';

export function analyze(_objects: readonly KubernetesObject[], _workloads: readonly string[]): string[] {
  return [];
}

import { App, Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import type { KubernetesObject } from '../checks/kubernetes-object.ts';
import { schemaProblems } from '../checks/schema.ts';

/** The objects that a construct adds to a chart. Each has passed the check of its schema. */
export function synth(add: (scope: Construct) => void): readonly KubernetesObject[] {
  const chart = new Chart(new App(), 'test', { disableResourceNameHashes: true });
  add(chart);
  // cdk8s types plain objects as any.
  const objects = chart.toJson() as KubernetesObject[];
  const problems = objects.flatMap(schemaProblems);
  if (problems.length > 0) throw new Error(problems.join('\n'));
  return objects;
}

/** The only object that a construct adds. */
export function synthOne(add: (scope: Construct) => void): KubernetesObject {
  const [object, ...more] = synth(add);
  if (!object || more.length > 0) throw new Error(`expected one object, got ${more.length + (object ? 1 : 0)}`);
  return object;
}

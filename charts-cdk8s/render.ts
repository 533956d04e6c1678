import type { Service } from '@ticketaka/platform/contract';
import { App, Yaml } from 'cdk8s';
import { analyze } from './checks/analyze.ts';
import { lineOf } from './checks/finding.ts';
import type { KubernetesObject } from './checks/kubernetes-object.ts';
import type { Pods } from './checks/references.ts';
import { schemaProblems } from './checks/schema.ts';
import { validate } from './checks/validate.ts';
import { migrationName } from './constructs/workloads/migration-job.ts';
import { doorsOf } from './doors.ts';
import { type Environment, isCluster } from './environment.ts';
import { type EnvironmentName, environments } from './environments/index.ts';
import type { PublicJwks } from './jwks.ts';
import { MeshChart } from './mesh-chart.ts';
import { broker, ingress, namespace, selectorLabels } from './names.ts';
import { fileNameOf } from './order.ts';
import { services as allServices } from './services.ts';
import { withSyncWave } from './sync-waves.ts';
import { type Topology, topologyOf } from './topology/topology.ts';

export type { KubernetesObject } from './checks/kubernetes-object.ts';

export interface RenderOptions {
  /** One of the repository's environments, or a whole one: `{ ...environments.local, stores }`. */
  readonly environment: EnvironmentName | Environment;
  readonly jwks: PublicJwks;
  /** @default every service of the platform */
  readonly services?: readonly Service[];
}

export interface ManifestFile {
  /** `40-virtual-service.yaml`: in the order in which to apply, one kind each. */
  readonly name: string;
  readonly yaml: string;
}

export interface Manifests {
  readonly objects: readonly KubernetesObject[];
  readonly files: readonly ManifestFile[];
}

/** The manifests contradict a schema, or each other. The message has a line for each place. */
export class InvalidManifests extends Error {
  override readonly name = 'InvalidManifests';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(`the manifests are not valid:\n${problems.map((problem) => `- ${problem}`).join('\n')}`);
    this.problems = problems;
  }
}

/**
 * Renders every manifest of an environment. The same input gives the same bytes.
 * @throws {InvalidManifests} for an unknown field, a wrong value, a reference to nothing, or a conflict
 */
export function render({ environment, jwks, services = allServices }: RenderOptions): Manifests {
  const place = typeof environment === 'string' ? environments[environment] : environment;
  // Sorted, so that what lists services does so in one order.
  const topology = topologyOf(services.toSorted((a, b) => (a.name < b.name ? -1 : 1)));
  const chart = new MeshChart(new App(), place.name, { environment: place, jwks, topology });
  const rendered = chart.objects().toSorted(byFileAndName);
  const objects = isCluster(place) ? rendered.map(withSyncWave) : rendered;
  const problems = objects.flatMap(schemaProblems);
  // The analysis reads fields, so it needs objects whose fields are right.
  if (problems.length === 0) problems.push(...analyze(objects, podsOf(topology)));
  // What only a cluster has to keep to: on one machine there are no pods.
  if (problems.length === 0 && isCluster(place)) problems.push(...validate(objects, doorsOf(topology)).map(lineOf));
  if (problems.length > 0) throw new InvalidManifests(problems);
  return { objects, files: filesOf(objects) };
}

function podsOf(topology: Topology): Pods {
  return [
    { namespace: ingress.namespace, labels: ingress.labels },
    { namespace, labels: broker.labels },
    ...topology.workloads.map(({ name }) => ({ namespace, labels: selectorLabels(name) })),
    ...topology.services.map((service) => ({ namespace, labels: selectorLabels(migrationName(service)) })),
  ];
}

function filesOf(objects: readonly KubernetesObject[]): ManifestFile[] {
  return [...Map.groupBy(objects, fileNameOf)].map(([name, group]) => ({ name, yaml: Yaml.stringify(...group) }));
}

function byFileAndName(a: KubernetesObject, b: KubernetesObject): number {
  return sortKey(a) < sortKey(b) ? -1 : 1;
}

function sortKey(object: KubernetesObject): string {
  return `${fileNameOf(object)} ${object.metadata.namespace ?? ''}/${object.metadata.name}`;
}

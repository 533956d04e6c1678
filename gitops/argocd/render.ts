import type { KubernetesObject } from '@ticketaka/charts/render';
import { listKustomization } from '../layout/kustomization.ts';
import { ownerOf } from '../layout/owner.ts';
import { paths } from '../layout/paths.ts';
import { yamlOf } from '../layout/tree.ts';
import { folderApplication, rootApplication } from './application.ts';
import { argocdConfiguration, notifications } from './configuration.ts';
import { operatorApplication, operatorsApplication, operatorsOf, operatorsProject } from './operators.ts';
import { previewApplications, previewedEnvironment } from './preview.ts';
import { platformProject, rootProject } from './project.ts';

export interface ArgocdOptions {
  /** Address of the manifest repository, as Argo CD reads it. */
  readonly repository: string;
  readonly environment: string;
  readonly services: readonly string[];
  readonly objects: readonly KubernetesObject[];
}

/**
 * What Argo CD needs of an environment, by path in the manifest repository: `argocd/<env>/bootstrap/`, applied once by
 * hand, and the Applications, which the root takes from there on: of the operators, and of what is ours.
 */
export function argocdFiles({
  repository,
  environment,
  services,
  objects,
}: ArgocdOptions): ReadonlyMap<string, string> {
  const owners = Map.groupBy(objects, (object) => ownerOf(object, services));
  const folder = paths.argocd(environment);
  const names = [...owners.keys()].toSorted();
  const applications = names.map((owner) => {
    const application = folderApplication({ repository, environment, owner, objects: owners.get(owner) ?? [] });
    return [`${folder}/${owner}.yaml`, yamlOf([application])] as const;
  });
  const needed = operatorsOf(objects);
  const operatorsFolder = paths.operators(environment);
  const operatorFiles = needed.map(
    (name) => [`${operatorsFolder}/${name}.yaml`, yamlOf([operatorApplication(environment, name)])] as const,
  );
  const preview = [
    [`${folder}/preview/application-set.yaml`, yamlOf([previewApplications(objects, repository)])],
    [`${folder}/preview/kustomization.yaml`, listKustomization(['application-set.yaml'])],
  ] as const;
  return new Map([
    ...applications,
    ...(environment === previewedEnvironment ? preview : []),
    ...operatorFiles,
    [`${operatorsFolder}/kustomization.yaml`, listKustomization(needed.map((name) => `${name}.yaml`))],
    [`${folder}/operators.yaml`, yamlOf([operatorsApplication(environment, repository)])],
    [`${folder}/kustomization.yaml`, listKustomization(['operators', ...names].map((name) => `${name}.yaml`))],
    [`${folder}/bootstrap/configuration.yaml`, yamlOf([argocdConfiguration(), notifications(environment)])],
    [
      `${folder}/bootstrap/projects.yaml`,
      yamlOf([rootProject(repository), platformProject(objects, repository), operatorsProject(needed)]),
    ],
    [`${folder}/bootstrap/root.yaml`, yamlOf([rootApplication(environment, repository)])],
    [`${folder}/bootstrap/kustomization.yaml`, listKustomization(['configuration.yaml', 'projects.yaml', 'root.yaml'])],
  ]);
}

import { fileNameOf } from '@ticketaka/charts/order';
import type { KubernetesObject } from '@ticketaka/charts/render';
import { stringify } from 'yaml';
import { imagesOf, isImageOf, nameOfImage } from './containers.ts';
import { listKustomization, newKustomization } from './kustomization.ts';
import { ownerOf } from './owner.ts';
import { paths } from './paths.ts';

export interface Folder {
  /** The service, or `mesh`. */
  readonly owner: string;
  /** Rendered files by their path in the manifest repository. */
  readonly files: ReadonlyMap<string, string>;
  /**
   * The folder's own kustomization, for one that runs no image of ours. One that does gets its kustomization from its first
   * bump: until then Argo CD finds nothing in the folder, instead of pods whose image does not exist.
   */
  readonly kustomization?: string;
}

export interface TreeOptions {
  readonly environment: string;
  readonly services: readonly string[];
  readonly objects: readonly KubernetesObject[];
}

/** How the objects of an environment lie in the manifest repository: a folder for each service, a file for each kind. */
export function foldersOf({ environment, services, objects }: TreeOptions): readonly Folder[] {
  const owners = Map.groupBy(objects, (object) => ownerOf(object, services));
  return [...owners]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([owner, owned]) => {
      const kinds = [...Map.groupBy(owned, fileNameOf)].toSorted(([a], [b]) => (a < b ? -1 : 1));
      const folder = paths.manifests(environment, owner);
      const files = new Map(kinds.map(([name, group]) => [`${folder}/${name}`, yamlOf(group)]));
      files.set(`${folder}/kustomization.yaml`, listKustomization(kinds.map(([name]) => name)));
      const images = imagesOf(owned).map(nameOfImage);
      if (images.some((name) => isImageOf(owner, name))) return { owner, files };
      return { owner, files, kustomization: newKustomization(`${owner} in ${environment}`) };
    });
}

/** Several objects as one file, in the YAML 1.1 that Kubernetes reads: there `on` and `1:30` have to be quoted. */
export function yamlOf(objects: readonly object[]): string {
  return objects.map((object) => stringify(object, { version: '1.1', lineWidth: 0 })).join('---\n');
}

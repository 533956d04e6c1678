import { installFiles } from './pruned-lock.ts';
import { deployableServices, MissingModule, serviceFiles } from './service-files.ts';
import type { Tree } from './tree.ts';

/** Files that every image is made by. */
export const imageRecipe = [
  '.dockerignore',
  'Dockerfile',
  'tests/delivery/image-context.ts',
  'tests/delivery/pruned-lock.ts',
  'tests/delivery/service-files.ts',
  'tests/delivery/tree.ts',
] as const;

/**
 * Services whose image would be another: of whose files, packages or recipe something changed. A service that is new is
 * one of them; a service that is gone is not.
 */
export function changedServices(before: Tree, after: Tree): readonly string[] {
  const known = new Set(deployableServices(before));
  const recipeChanged = imageRecipe.some((path) => contentOf(before, path) !== contentOf(after, path));
  return deployableServices(after).filter(
    (service) => !known.has(service) || recipeChanged || inputsBefore(before, service) !== inputsOf(after, service),
  );
}

/** A service that could not have run before is another one now. */
function inputsBefore(tree: Tree, service: string): string | undefined {
  try {
    return inputsOf(tree, service);
  } catch (error) {
    if (error instanceof MissingModule) return undefined;
    throw error;
  }
}

function inputsOf(tree: Tree, service: string): string {
  const files = serviceFiles(tree, service).map((path) => [path, tree.read(path)]);
  return JSON.stringify([files, installFiles(tree, service)]);
}

function contentOf(tree: Tree, path: string): string | undefined {
  return tree.paths.includes(path) ? tree.read(path) : undefined;
}

import { nameOfImage } from '../layout/containers.ts';
import type { Release } from '../layout/kustomization.ts';

/**
 * What kustomize's image transformer makes of a value: every container's image that has a release's name becomes
 * `newName:newTag@digest`. As kustomize 5.5 does it: checked by hand against `kubectl kustomize`, also in kinds that it
 * does not know.
 */
export function applyImages(value: unknown, releases: readonly Release[]): unknown {
  if (Array.isArray(value)) return value.map((entry) => applyImages(entry, releases));
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value).map(([key, child]) => {
    const container = (key === 'containers' || key === 'initContainers') && Array.isArray(child);
    const entries: unknown[] = container ? child.map((entry: unknown) => withImage(entry, releases)) : [];
    return [key, container ? entries : applyImages(child, releases)];
  });
  return Object.fromEntries(fields);
}

function withImage(container: unknown, releases: readonly Release[]): unknown {
  if (typeof container !== 'object' || container === null || !('image' in container)) return container;
  const name = typeof container.image === 'string' ? nameOfImage(container.image) : '';
  const image = releases.find((release) => release.name === name)?.image;
  return image ? { ...container, image: `${image.repository}:${image.tag}@${image.digest}` } : container;
}

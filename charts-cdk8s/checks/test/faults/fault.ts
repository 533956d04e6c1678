import type { KubernetesObject } from '../../kubernetes-object.ts';

/**
 * One thing that is broken: in the object of a kind and name, the value at a path; undefined takes it away. `code` is what
 * must be said about it, of the object `object`.
 */
export interface Fault {
  readonly code: string;
  readonly object: string;
  readonly path?: string;
  readonly value?: unknown;
}

export const pod = 'spec.template.spec';
export const container = `${pod}.containers.0`;
export const rollout = 'Rollout shop/shop-api';
export const worker = 'Deployment shop/shop-worker';
export const routed = 'VirtualService shop/shop-api';

export function find(objects: readonly KubernetesObject[], wanted: string): KubernetesObject {
  const found = objects.find(
    ({ kind, metadata }) => wanted === `${kind} ${metadata.namespace ? `${metadata.namespace}/` : ''}${metadata.name}`,
  );
  if (!found) throw new Error(`there is no ${wanted} to break`);
  return found;
}

export function renamed(objects: KubernetesObject[], wanted: string, to: { name?: string; namespace?: string }) {
  const target = find(objects, wanted);
  return objects.map((one) => (one === target ? { ...one, metadata: { ...one.metadata, ...to } } : one));
}

/** The objects with one thing in them as the fault says. They are changed. */
export function broken(objects: KubernetesObject[], { object, path = '', value }: Fault): KubernetesObject[] {
  const keys = path.split('.');
  const last = keys.pop() ?? '';
  let place: object = find(objects, object);
  // The walk below stays within plain objects and lists, of which every key is a string.
  for (const key of keys) place = (place as Record<string, object>)[key] ??= {};
  if (value === undefined) Reflect.deleteProperty(place, last);
  else Reflect.set(place, last, value);
  return objects;
}

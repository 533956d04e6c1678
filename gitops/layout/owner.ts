import type { KubernetesObject } from '@ticketaka/charts/render';
import { sharedFolder } from './paths.ts';

/**
 * The service that an object belongs to: as its label says, or else its name, which begins with the service's
 * (`auth-api`, `auth-edge`). What belongs to no service is everybody's.
 */
export function ownerOf({ metadata }: KubernetesObject, services: readonly string[]): string {
  const label = labelsOf(metadata)['app.kubernetes.io/name'];
  if (label !== undefined) return services.includes(label) ? label : sharedFolder;
  const owners = services.filter((name) => metadata.name === name || metadata.name.startsWith(`${name}-`));
  // Of `mail` and `mail-archive` it is the longer one that `mail-archive-api` belongs to.
  return owners.toSorted((a, b) => b.length - a.length)[0] ?? sharedFolder;
}

function labelsOf(metadata: KubernetesObject['metadata']): Readonly<Record<string, string | undefined>> {
  // Every rendered object has metadata as Kubernetes defines it, whose labels are strings.
  return (metadata as { labels?: Record<string, string> }).labels ?? {};
}

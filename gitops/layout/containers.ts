/** The images that an object's containers run, wherever in it its pods are described. */
export function imagesOf(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(imagesOf);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, child]) =>
    (key === 'containers' || key === 'initContainers') && Array.isArray(child)
      ? child.flatMap((container) => imageOf(container))
      : imagesOf(child),
  );
}

function imageOf(container: unknown): string[] {
  if (typeof container !== 'object' || container === null || !('image' in container)) return [];
  return typeof container.image === 'string' ? [container.image] : [];
}

/** `registry:5000/ticketaka/auth:v1@sha256:…` without its tag and digest, as kustomize compares it. */
export function nameOfImage(image: string): string {
  const [name = ''] = image.split('@');
  const colon = name.lastIndexOf(':');
  return colon > name.lastIndexOf('/') ? name.slice(0, colon) : name;
}

/** Whether an image, by its name, is the one that a service is built into. Others are somebody else's. */
export function isImageOf(service: string, name: string): boolean {
  return name === service || name.endsWith(`/${service}`);
}

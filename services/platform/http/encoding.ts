import type { Encoding } from './prepared.ts';

/** Below this the frame that carries an answer is not fuller than it would be anyway. */
export const worthCompressingBytes = 1024;

const compressible = /^(?:text\/|[^;]*[/+](?:json|xml|javascript)\b)/i;

export function isCompressible(contentType: string | undefined): boolean {
  return contentType !== undefined && compressible.test(contentType);
}

function weights(header: string): Map<string, number> {
  const found = new Map<string, number>();
  for (const member of header.toLowerCase().split(',')) {
    const [name = '', ...parameters] = member.split(';').map((part) => part.trim());
    const q = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2);
    const weight = q === undefined ? 1 : Number(q);
    if (name !== '') found.set(name, Number.isNaN(weight) ? 0 : weight);
  }
  return found;
}

/**
 * What the client likes best of what there is; the order of `available` decides between equals. Undefined is as it is.
 * @see RFC 9110 12.5.3
 */
export function chosenEncoding(header: string | undefined, available: readonly Encoding[]): Encoding | undefined {
  if (header === undefined) return undefined;
  const wanted = weights(header);
  const weightOf = (encoding: string) => wanted.get(encoding) ?? wanted.get('*') ?? 0;
  let best: Encoding | undefined;
  for (const encoding of available) {
    if (weightOf(encoding) > (best ? weightOf(best) : 0)) best = encoding;
  }
  // As it is, is as good as any other unless the client says something else of it.
  return best && weightOf(best) >= (wanted.get('identity') ?? 0) ? best : undefined;
}

/** Adds to a Vary header what the answer depends on. */
export function varying(vary: string | undefined, name: string): string {
  if (vary === undefined) return name;
  const names = vary.split(',').map((part) => part.trim().toLowerCase());
  return names.includes('*') || names.includes(name.toLowerCase()) ? vary : `${vary}, ${name}`;
}

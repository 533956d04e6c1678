/** Names of hosts as manifests and callers write them. */

const clusterDomain = 'svc.cluster.local';

export function serviceHost(name: string, namespace: string): string {
  return `${name}.${namespace}.${clusterDomain}`;
}

/** A host of a manifest: a name without dots is a Service of the manifest's own namespace, all else is meant in full. */
export function expandHost(host: string, namespace: string): string {
  return host === '*' || host.includes('.') ? host : serviceHost(host, namespace);
}

/** The names under which a caller's namespace knows a Service; cluster DNS would complete them. */
export function shortNames(name: string, namespace: string, callerNamespace: string): string[] {
  const names = [serviceHost(name, namespace), `${name}.${namespace}.svc`, `${name}.${namespace}`];
  return namespace === callerNamespace ? [...names, name] : names;
}

/** Whether a host is covered by a pattern: `*`, `*.example.com`, or the host itself. */
export function coversHost(pattern: string, host: string): boolean {
  if (pattern === '*') return true;
  return pattern.startsWith('*.') ? host.endsWith(pattern.slice(1)) : pattern === host;
}

/** Sorts the more specific host pattern first: exact, then the longer wildcard, `*` last. */
export function byHostSpecificity(a: string, b: string): number {
  const [left, right] = [rank(a), rank(b)];
  return left === right ? 0 : right > left ? 1 : -1;
}

function rank(pattern: string) {
  return pattern.startsWith('*') ? pattern.length : Number.POSITIVE_INFINITY;
}

/** `exportTo`: nothing said or `*` is everywhere, `.` is the resource's own namespace. */
export function exportedTo(
  exportTo: readonly string[] | undefined,
  { from, to }: { readonly from: string; readonly to: string },
): boolean {
  return (
    exportTo === undefined || exportTo.some((name) => name === '*' || name === to || (name === '.' && from === to))
  );
}

/** Whether labels have all that a selector asks for. */
export function selects(selector: Readonly<Record<string, string>>, labels: Readonly<Record<string, string>>): boolean {
  return Object.entries(selector).every(([name, value]) => labels[name] === value);
}

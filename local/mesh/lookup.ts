/** Which host a workload means, and whether it may: the registry as its Sidecar lets it see it. */
import type { Target } from './destinations.ts';
import { externalTargets } from './destinations.ts';
import { coversHost } from './host-names.ts';
import type { Caller } from './mesh.ts';

export type Found =
  | { readonly kind: 'http'; readonly host: string; readonly port: number }
  /** Bytes as they are: TCP, TLS. */
  | { readonly kind: 'tunnel'; readonly targets: readonly Target[] }
  | { readonly kind: 'unknown' };

export function lookUp(caller: Caller, { host, port }: { readonly host: string; readonly port: number }): Found {
  const service = caller.services.get(host);
  if (service) {
    const declared = service.ports.find(({ number }) => number === port);
    if (!declared?.http || !caller.inScope(service)) return { kind: 'unknown' };
    return { kind: 'http', host: service.host, port };
  }
  const external = caller.externals.find(({ pattern }) => coversHost(pattern, host));
  if (!external || !caller.inScope({ host, namespace: external.namespace })) return { kind: 'unknown' };
  const targets = externalTargets(external, port, host);
  const protocol = external.spec.ports.find(({ number }) => number === port)?.protocol;
  if (!targets || !protocol) return { kind: 'unknown' };
  return protocol === 'HTTP' ? { kind: 'http', host, port } : { kind: 'tunnel', targets };
}

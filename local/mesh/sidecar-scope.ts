/** Which hosts a workload may call: its Sidecar, or else the Sidecar of its namespace without a selector. */
import { coversHost, selects } from './host-names.ts';
import type { Workload } from './registry.ts';
import type { Resources } from './supported-fields.ts';

/** Whether a host is in scope; the namespace is that of the Service or ServiceEntry which has it. */
export type Scope = (host: { readonly host: string; readonly namespace: string }) => boolean;

export function scopeOf(workload: Workload, sidecars: Resources['Sidecar']): Scope {
  const own = sidecars.filter(({ namespace }) => namespace === workload.namespace);
  const sidecar =
    own.find(({ spec }) => spec.workloadSelector && selects(spec.workloadSelector.labels, workload.labels)) ??
    own.find(({ spec }) => !spec.workloadSelector);
  if (!sidecar) return () => true;
  const entries = sidecar.spec.egress.flatMap(({ hosts }) =>
    hosts.map((entry) => {
      const slash = entry.indexOf('/');
      return { namespace: entry.slice(0, slash), pattern: entry.slice(slash + 1) };
    }),
  );
  return ({ host, namespace }) =>
    entries.some((entry) => {
      if (entry.namespace === '~') return false;
      const wanted = entry.namespace === '.' ? workload.namespace : entry.namespace;
      return (wanted === '*' || wanted === namespace) && coversHost(entry.pattern, host);
    });
}

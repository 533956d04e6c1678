/** What can be reached, and where it runs here: Services, ServiceEntries, workloads and their replicas. */
import type { EndpointsFile } from './endpoints.ts';
import { byHostSpecificity, selects, serviceHost } from './host-names.ts';
import { ManifestError } from './manifests.ts';
import type { Resources } from './supported-fields.ts';
import type { ServiceEntrySpec } from './supported-networking.ts';

type Labels = Readonly<Record<string, string>>;

/** A process of ours, with the identity that its certificate would have. */
export interface Workload {
  readonly name: string;
  readonly namespace: string;
  readonly labels: Labels;
  /** `cluster.local/ns/<namespace>/sa/<service account>` */
  readonly principal: string;
}

export interface Replica {
  readonly workload: Workload;
  readonly host: string;
  readonly port: number;
  readonly labels: Labels;
}

export interface MeshService {
  readonly host: string;
  readonly name: string;
  readonly namespace: string;
  readonly ports: readonly { readonly number: number; readonly http: boolean; readonly targetPort: number }[];
  readonly replicas: readonly Replica[];
}

export interface ExternalHost {
  readonly where: string;
  /** May begin with `*.`. */
  readonly pattern: string;
  readonly namespace: string;
  readonly spec: ServiceEntrySpec;
}

export interface Registry {
  readonly workloads: ReadonlyMap<string, Workload>;
  readonly gateway: Workload;
  /** By full host. */
  readonly services: ReadonlyMap<string, MeshService>;
  readonly externals: readonly ExternalHost[];
}

/** @throws {ManifestError} when a workload of the endpoints file has no ServiceAccount, or two of them */
export function buildRegistry(resources: Resources, endpoints: EndpointsFile): Registry {
  const problems: string[] = [];
  const workloads = new Map<string, Workload>();
  const replicas: Replica[] = [];
  for (const [name, entry] of Object.entries(endpoints.workloads)) {
    const template = resources.podTemplates.find((pod) => pod.name === name);
    const account = entry.serviceAccount ?? template?.spec.spec?.serviceAccountName ?? name;
    const accounts = resources.ServiceAccount.filter((resource) => resource.name === account).filter(
      (resource) => entry.namespace === undefined || resource.namespace === entry.namespace,
    );
    const [found] = accounts;
    if (!found || accounts.length > 1) {
      problems.push(`endpoints file: workload ${name}: ${accounts.length} ServiceAccounts are named ${account}`);
      continue;
    }
    const { namespace } = found;
    const service = resources.Service.find((resource) => resource.name === name && resource.namespace === namespace);
    const labels = {
      ...(template?.spec.metadata?.labels ?? service?.spec.selector ?? { app: name }),
      ...entry.labels,
    };
    const workload = { name, namespace, labels, principal: principalOf(namespace, account) };
    workloads.set(name, workload);
    for (const replica of entry.addresses) {
      const [address, own] = typeof replica === 'string' ? [replica, {}] : [replica.address, replica.labels];
      const colon = address.lastIndexOf(':');
      replicas.push({
        workload,
        host: address.slice(0, colon).replace(/^\[|\]$/g, ''),
        port: Number(address.slice(colon + 1)),
        labels: { ...labels, ...own },
      });
    }
  }

  const services = new Map<string, MeshService>();
  for (const { name, namespace, spec } of resources.Service) {
    const { selector } = spec;
    services.set(serviceHost(name, namespace), {
      host: serviceHost(name, namespace),
      name,
      namespace,
      ports: spec.ports.map(({ port, targetPort, name: portName, appProtocol }) => ({
        number: port,
        targetPort: typeof targetPort === 'number' ? targetPort : port,
        http: /^http2?(-|$)/.test(appProtocol ?? portName ?? ''),
      })),
      replicas: selector
        ? replicas.filter(({ workload, labels }) => workload.namespace === namespace && selects(selector, labels))
        : [],
    });
  }
  if (problems.length > 0) throw new ManifestError(problems);

  const { namespace, serviceAccount, labels } = endpoints.gateway;
  return {
    workloads,
    gateway: { name: 'gateway', namespace, labels, principal: principalOf(namespace, serviceAccount) },
    services,
    // The more specific first: an exact host before a wildcard that covers it.
    externals: resources.ServiceEntry.flatMap((entry) =>
      entry.spec.hosts.map((pattern) => ({
        where: entry.where,
        pattern,
        namespace: entry.namespace,
        spec: entry.spec,
      })),
    ).toSorted((a, b) => byHostSpecificity(a.pattern, b.pattern)),
  };
}

function principalOf(namespace: string, account: string) {
  return `cluster.local/ns/${namespace}/sa/${account}`;
}

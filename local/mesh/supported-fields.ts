/**
 * Sorts manifests into the kinds that the mesh does, and refuses what it does not: it never ignores a field of a kind
 * that says how traffic flows.
 */
import { parse as parseYaml } from 'yaml';
import { z } from 'zod';
import { type Manifest, ManifestError } from './manifests.ts';
import * as networking from './supported-networking.ts';
import * as security from './supported-security.ts';

export interface Resource<Spec> {
  readonly where: string;
  readonly name: string;
  readonly namespace: string;
  readonly spec: Spec;
}

const schemas = {
  VirtualService: { group: 'networking.istio.io', schema: networking.virtualService },
  Gateway: { group: 'networking.istio.io', schema: networking.gateway },
  DestinationRule: { group: 'networking.istio.io', schema: networking.destinationRule },
  Sidecar: { group: 'networking.istio.io', schema: networking.sidecar },
  ServiceEntry: { group: 'networking.istio.io', schema: networking.serviceEntry },
  AuthorizationPolicy: { group: 'security.istio.io', schema: security.authorizationPolicy },
  RequestAuthentication: { group: 'security.istio.io', schema: security.requestAuthentication },
  PeerAuthentication: { group: 'security.istio.io', schema: security.peerAuthentication },
} as const;
type Kind = keyof typeof schemas;

/** Not of Istio's schemas: only what the mesh reads of it, loosely. */
const kubernetesService = z.object({
  spec: z.object({
    selector: z.record(z.string(), z.string()).optional(),
    ports: z.array(
      z.object({
        name: z.string().optional(),
        port: z.int(),
        targetPort: z.union([z.int(), z.string()]).optional(),
        appProtocol: z.string().optional(),
      }),
    ),
  }),
});
const podTemplate = z.object({
  spec: z.object({
    template: z.object({
      metadata: z.object({ labels: z.record(z.string(), z.string()).default({}) }).optional(),
      spec: z.object({ serviceAccountName: z.string().optional() }).optional(),
    }),
  }),
});

export type ServiceSpec = z.output<typeof kubernetesService>['spec'];
export type PodTemplateSpec = z.output<typeof podTemplate>['spec']['template'];
type SpecOf<K extends Kind> = z.output<(typeof schemas)[K]['schema']>;

export type Resources = {
  readonly [K in Kind]: readonly Resource<SpecOf<K>>[];
} & {
  readonly Service: readonly Resource<ServiceSpec>[];
  readonly ServiceAccount: readonly Resource<undefined>[];
  /** Deployments, Rollouts and the like: where the labels of a pod come from. */
  readonly podTemplates: readonly Resource<PodTemplateSpec>[];
  readonly meshConfig: security.MeshConfigSpec;
};

/**
 * @throws {ManifestError} with one line for each field, kind or value that is not supported
 */
export function checkSupported(manifests: readonly Manifest[]): Resources {
  const problems: string[] = [];
  const found: Record<string, Resource<unknown>[]> = {};
  const add = (kind: string, { where, name, namespace }: Manifest, spec: unknown) =>
    (found[kind] ??= []).push({ where, name, namespace, spec });
  let meshConfig: security.MeshConfigSpec | undefined;

  for (const manifest of manifests) {
    const parse = <Output>(schema: z.ZodType<Output>, value: unknown, at: string): Output | undefined => {
      const parsed = schema.safeParse(value);
      if (parsed.success) return parsed.data;
      problems.push(...describe(parsed.error, at).map((problem) => `${manifest.where}: ${problem}`));
      return undefined;
    };
    if (isKind(manifest.kind) && manifest.apiVersion.startsWith(schemas[manifest.kind].group)) {
      const { group, schema } = schemas[manifest.kind];
      if (manifest.apiVersion !== `${group}/v1`) problems.push(`${manifest.where}: apiVersion must be ${group}/v1`);
      for (const field of Object.keys(manifest.document))
        if (!['apiVersion', 'kind', 'metadata', 'spec'].includes(field))
          problems.push(`${manifest.where}: ${field} is not supported`);
      const spec = parse<unknown>(schema, manifest.document['spec'] ?? {}, 'spec');
      if (spec !== undefined) add(manifest.kind, manifest, spec);
    } else if (/(^|\.)istio\.io\/|^gateway\.networking\./.test(manifest.apiVersion)) {
      problems.push(`${manifest.where}: ${manifest.apiVersion} ${manifest.kind} is not supported`);
    } else if (manifest.apiVersion === 'v1' && manifest.kind === 'Service') {
      if ('networking.istio.io/exportTo' in manifest.annotations)
        problems.push(`${manifest.where}: metadata.annotations["networking.istio.io/exportTo"] is not supported`);
      const service = parse(kubernetesService, manifest.document, '');
      if (service) add('Service', manifest, service.spec);
    } else if (manifest.apiVersion === 'v1' && manifest.kind === 'ServiceAccount') {
      add('ServiceAccount', manifest, undefined);
    } else if (isMeshConfig(manifest)) {
      meshConfig = parse(security.meshConfig, meshConfigOf(manifest), 'data.mesh');
    } else if (['Deployment', 'StatefulSet', 'Rollout'].includes(manifest.kind)) {
      const template = parse(podTemplate, manifest.document, '');
      if (template) add('podTemplates', manifest, template.spec.template);
    }
  }
  if (!meshConfig && problems.length === 0)
    problems.push('ConfigMap istio-system/istio is missing: without it Istio lets any host be called');
  if (problems.length > 0 || !meshConfig) throw new ManifestError(problems);
  // Each list was filled from the schema of its own kind, a few lines above.
  return { ...emptyResources(), ...found, meshConfig } as Resources;
}

function emptyResources() {
  const kinds = [...Object.keys(schemas), 'Service', 'ServiceAccount', 'podTemplates'];
  return Object.fromEntries(kinds.map((kind) => [kind, []]));
}

function isKind(kind: string): kind is Kind {
  return Object.hasOwn(schemas, kind);
}

function isMeshConfig({ kind, namespace, name }: Manifest) {
  return kind === 'ConfigMap' && namespace === 'istio-system' && name === 'istio';
}

function meshConfigOf(manifest: Manifest): unknown {
  const data = z.object({ data: z.strictObject({ mesh: z.string() }) }).safeParse(manifest.document);
  if (!data.success)
    throw new ManifestError(describe(data.error, '').map((problem) => `${manifest.where}: ${problem}`));
  return parseYaml(data.data.data.mesh);
}

/** One line for each problem: the path of the field, then what is wrong with it. */
function describe(error: z.core.$ZodError, at: string): string[] {
  return error.issues.flatMap((issue) => {
    const path = issue.path.reduce<string>(
      (text, part) =>
        typeof part === 'number' ? `${text}[${part}]` : text === '' ? String(part) : `${text}.${String(part)}`,
      at,
    );
    if (issue.code === 'unrecognized_keys')
      return issue.keys.map((key) => `${path === '' ? key : `${path}.${key}`} is not supported`);
    // What is wrong with a key of a map is told by the rule for keys.
    const why = issue.code === 'invalid_key' ? issue.issues.map(({ message }) => message).join(', ') : issue.message;
    return [`${path}: ${why}`];
  });
}

import { z } from 'zod';
import type { KubernetesObject } from '../checks/kubernetes-object.ts';

/** A PromQL expression in a manifest. */
export interface ManifestQuery {
  /** `PrometheusRule ticketaka/auth: DeadLetters` */
  readonly where: string;
  readonly expr: string;
}

const RuleObject = z.looseObject({
  groups: z.array(
    z.looseObject({
      rules: z.array(z.looseObject({ expr: z.string(), alert: z.string().optional(), record: z.string().optional() })),
    }),
  ),
});

const Analysis = z.looseObject({
  metrics: z.array(
    z.looseObject({
      name: z.string(),
      provider: z.looseObject({ prometheus: z.looseObject({ query: z.string() }).optional() }),
    }),
  ),
});

const Scaling = z.looseObject({
  triggers: z.array(z.looseObject({ type: z.string(), metadata: z.record(z.string(), z.string()) })),
});

const DashboardFile = z.looseObject({
  panels: z.array(
    z.looseObject({ title: z.string(), targets: z.array(z.looseObject({ expr: z.string() })).optional() }),
  ),
});

/** Every PromQL expression of the manifests: of rules, dashboards, the analysis of canaries, and of what scales by figures. */
export function queriesIn(objects: readonly KubernetesObject[]): readonly ManifestQuery[] {
  return objects.flatMap((object) => {
    const at = (name: string) => `${object.kind} ${object.metadata.namespace}/${object.metadata.name}: ${name}`;
    const read = readers[object.kind];
    return read ? read(object).map(({ name, expr }) => ({ where: at(name), expr })) : [];
  });
}

/** Names that the recording rules of the manifests make. */
export function recordedIn(objects: readonly KubernetesObject[]): readonly string[] {
  return objects
    .filter(({ kind }) => kind === 'PrometheusRule')
    .flatMap(({ spec }) =>
      RuleObject.parse(spec).groups.flatMap(({ rules }) => rules.flatMap(({ record }) => record ?? [])),
    );
}

type Reader = (object: KubernetesObject) => readonly { readonly name: string; readonly expr: string }[];

const readers: Readonly<Record<string, Reader>> = {
  PrometheusRule: ({ spec }) =>
    RuleObject.parse(spec).groups.flatMap(({ rules }) =>
      rules.map(({ alert, record, expr }) => ({ name: alert ?? record ?? '', expr })),
    ),
  AnalysisTemplate: ({ spec }) =>
    Analysis.parse(spec).metrics.flatMap(({ name, provider }) =>
      provider.prometheus ? [{ name, expr: provider.prometheus.query }] : [],
    ),
  ScaledObject: ({ spec }) =>
    Scaling.parse(spec).triggers.flatMap(({ type, metadata }) =>
      type === 'prometheus' ? [{ name: 'trigger', expr: metadata['query'] ?? '' }] : [],
    ),
  ConfigMap: ({ data }) =>
    Object.entries(data ?? {})
      .filter(([file]) => file.startsWith('ticketaka-') && file.endsWith('.json'))
      .flatMap(([, json]) =>
        DashboardFile.parse(JSON.parse(json)).panels.flatMap(({ title, targets }) =>
          (targets ?? []).map(({ expr }) => ({ name: title, expr })),
        ),
      ),
};

import { type Finding, finding, type Objects } from '../finding.ts';
import { ofKind, type Typed } from '../typed-objects.ts';
import { exists } from './references.ts';

const argument = /\{\{\s*args\.([\w-]+)\s*\}\}/g;

/** What a Rollout steers is there: its VirtualServices and their named routes, its DestinationRule and both subsets. */
export function rolloutTraffic(objects: Objects): Finding[] {
  return ofKind(objects, 'Rollout').flatMap((object) => {
    const routing = object.spec.strategy?.canary?.trafficRouting;
    const istio = routing?.istio;
    const managed = new Set((routing?.managedRoutes ?? []).map(({ name }) => name));
    const steered = [...(istio?.virtualServices ?? []), ...(istio?.virtualService ? [istio.virtualService] : [])];
    return [
      ...steered.flatMap((routes) => routeProblems(objects, object, routes)),
      ...subsetProblems(objects, object),
      ...(object.spec.strategy?.canary?.steps ?? [])
        .flatMap(({ setHeaderRoute, setMirrorRoute }) => setHeaderRoute?.name ?? setMirrorRoute?.name ?? [])
        .filter((name) => !managed.has(name))
        .map((name) =>
          finding('reference/managed-route', object, `a step sets the route ${name}, which it does not manage`),
        ),
    ];
  });
}

function routeProblems(
  objects: Objects,
  object: Typed<'Rollout'>,
  { name, routes }: { readonly name: string; readonly routes?: readonly string[] },
): Finding[] {
  // `name.namespace` is how a Rollout names one elsewhere.
  const [own = name, namespace = object.metadata.namespace] = name.split('.');
  const found = ofKind(objects, 'VirtualService').find(
    ({ metadata }) => metadata.name === own && metadata.namespace === namespace,
  );
  if (!found) return [finding('reference/virtual-service', object, `there is no VirtualService ${name}`)];
  const subsets = (http: NonNullable<NonNullable<typeof found.spec>['http']>[number]) =>
    (http.route ?? []).flatMap(({ destination }) => destination.subset ?? []);
  const rule = object.spec.strategy?.canary?.trafficRouting?.istio?.destinationRule;
  const steerable = (found.spec?.http ?? []).filter((http) => subsets(http).includes(rule?.canarySubsetName ?? ''));
  const listed = routes ?? [];
  return [
    ...listed
      .filter((route) => !(found.spec?.http ?? []).some((http) => http.name === route))
      .map((route) => finding('reference/route', object, `${name} has no route ${route}`)),
    ...(listed.length === 0 && steerable.length > 1
      ? [finding('policy/rollout-routes', object, `${name} has several routes, and it lists none of them`)]
      : []),
    // A route with the canary's subset that is not listed would keep its weights: part of the traffic is never steered.
    ...(listed.length > 0 ? steerable : [])
      .filter((http) => ownRoute(objects, object, http) && !listed.includes(http.name ?? ''))
      .map((http) => finding('policy/rollout-routes', object, `it does not steer the route ${http.name} of ${name}`)),
  ];
}

function ownRoute(
  objects: Objects,
  object: Typed<'Rollout'>,
  http: { readonly route?: readonly { readonly destination: { readonly host: string } }[] },
): boolean {
  const rule = object.spec.strategy?.canary?.trafficRouting?.istio?.destinationRule;
  const host = ofKind(objects, 'DestinationRule').find(({ metadata }) => metadata.name === rule?.name)?.spec?.host;
  return (http.route ?? []).some(({ destination }) => destination.host === host);
}

function subsetProblems(objects: Objects, object: Typed<'Rollout'>): Finding[] {
  const rule = object.spec.strategy?.canary?.trafficRouting?.istio?.destinationRule;
  if (!rule) return [];
  const found = ofKind(objects, 'DestinationRule').find(
    ({ metadata }) => metadata.name === rule.name && metadata.namespace === object.metadata.namespace,
  );
  if (!found) return [finding('reference/destination-rule', object, `there is no DestinationRule ${rule.name}`)];
  return [rule.canarySubsetName, rule.stableSubsetName]
    .filter((subset) => !(found.spec?.subsets ?? []).some(({ name }) => name === subset))
    .map((subset) => finding('reference/subset', object, `${rule.name} has no subset ${subset}`));
}

/** Every analysis that a Rollout runs is there, and gets each argument that has no value of its own. */
export function rolloutAnalyses(objects: Objects): Finding[] {
  return ofKind(objects, 'Rollout').flatMap((object) => {
    const { analysis, steps = [] } = object.spec.strategy?.canary ?? {};
    return [analysis, ...steps.map((step) => step.analysis)].flatMap((run) =>
      (run?.templates ?? []).flatMap(({ templateName, clusterScope }) => {
        const kind = clusterScope ? 'ClusterAnalysisTemplate' : 'AnalysisTemplate';
        const template = ofKind(objects, kind).find(
          ({ metadata }) =>
            metadata.name === templateName && (clusterScope || metadata.namespace === object.metadata.namespace),
        );
        if (!template) return [finding('reference/analysis-template', object, `there is no ${kind} ${templateName}`)];
        const given = new Set((run?.args ?? []).map(({ name }) => name));
        return (template.spec.args ?? [])
          .filter(({ name, value, valueFrom }) => value === undefined && valueFrom === undefined && !given.has(name))
          .map(({ name }) => finding('reference/analysis-argument', object, `${templateName} is not told ${name}`));
      }),
    );
  });
}

/**
 * What a job finds out about a preview is proven to be about the canary. The controller takes the step that sets the
 * preview route for done, also when it did not set it since a pod of the stable revision was away (Argo Rollouts 1.9.1):
 * then the job asks the old revision, and finds everything well.
 */
export function previewsAreProven(objects: Objects): Finding[] {
  return ofKind(objects, 'Rollout').flatMap((object) => {
    const { steps = [] } = object.spec.strategy?.canary ?? {};
    const set = steps.findIndex(({ setHeaderRoute }) => setHeaderRoute);
    const share = steps.findIndex(({ setWeight }) => (setWeight ?? 0) > 0);
    if (set < 0) return [];
    return steps
      .slice(set, share < 0 ? steps.length : share)
      .flatMap(({ analysis }) => (analysis ? [metricsOf(objects, object, analysis)] : []))
      .filter((metrics) => metrics.some(({ provider }) => provider?.job))
      .filter((metrics) => !metrics.some(({ provider }) => asksForArgument(provider?.prometheus?.query)))
      .map(() => finding('policy/preview-unproven', object, 'its preview may be a look at the old revision'));
  });
}

function metricsOf(
  objects: Objects,
  { metadata }: Typed<'Rollout'>,
  { templates = [] }: { readonly templates?: readonly { readonly templateName: string }[] },
) {
  const names = new Set(templates.map(({ templateName }) => templateName));
  return ofKind(objects, 'AnalysisTemplate')
    .filter((template) => template.metadata.namespace === metadata.namespace && names.has(template.metadata.name))
    .flatMap(({ spec }) => spec.metrics ?? []);
}

/** Whether a query is about one revision: of which, only an argument can tell. */
function asksForArgument(query = ''): boolean {
  return query.search(argument) >= 0;
}

/**
 * A canary by subsets names a Service too. Without one Argo Rollouts does not look at its deadline or its analyses while a
 * pod is not ready (1.9.1 to 1.10.2: `shouldDelayDestinationRuleUpdate`).
 */
export function stuckCanaries(objects: Objects): Finding[] {
  return ofKind(objects, 'Rollout')
    .filter(({ spec }) => {
      const { canaryService, stableService, trafficRouting } = spec.strategy?.canary ?? {};
      return trafficRouting?.istio?.destinationRule && !canaryService && !stableService;
    })
    .map((object) => finding('policy/rollout-stuck', object, 'a canary of it that never starts is never taken back'));
}

/** The Services of a canary, where it names them, are there. */
export function rolloutServices(objects: Objects): Finding[] {
  return ofKind(objects, 'Rollout').flatMap((object) => {
    const { canaryService, stableService } = object.spec.strategy?.canary ?? {};
    return [canaryService, stableService]
      .filter((name) => name !== undefined)
      .filter((name) => !exists(objects, { kind: 'Service', namespace: object.metadata.namespace, name }))
      .map((name) => finding('reference/service', object, `there is no Service ${name}`));
  });
}

/**
 * A query with no traffic gives an empty result or NaN; a condition that does not think of that is an error or a pass.
 * Arguments in queries are declared.
 */
export function analysisTemplates(objects: Objects): Finding[] {
  return [...ofKind(objects, 'AnalysisTemplate'), ...ofKind(objects, 'ClusterAnalysisTemplate')].flatMap((object) => {
    const declared = new Set((object.spec.args ?? []).map(({ name }) => name));
    return (object.spec.metrics ?? []).flatMap(({ name, successCondition, failureCondition, provider }) => {
      const query = provider?.prometheus?.query;
      if (query === undefined) return [];
      const conditions = [successCondition, failureCondition].filter((condition) => condition !== undefined);
      const asked = [...query.matchAll(argument)].flatMap(([, used]) => used ?? []);
      return [
        ...(conditions.length === 0 ? [finding('policy/analysis', object, `${name} has no condition`)] : []),
        ...conditions
          .filter((condition) => condition.includes('result[') && !/len\(result\)/.test(condition))
          .map(() => finding('policy/analysis-empty', object, `${name} does not think of an empty result`)),
        ...conditions
          .filter((condition) => condition.includes('result[') && !/isNaN\(/.test(condition))
          .map(() => finding('policy/analysis-empty', object, `${name} does not think of NaN`)),
        ...asked
          .filter((used) => !declared.has(used))
          .map((used) =>
            finding('reference/analysis-argument', object, `${name} uses the argument ${used}, which is not declared`),
          ),
      ];
    });
  });
}

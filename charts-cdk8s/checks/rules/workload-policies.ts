import { type Finding, finding, type Objects } from '../finding.ts';
import { containersOf, matchesLabels, type PodSource, podLabelsOf, podSourcesOf, podSpecOf } from '../pods.ts';
import { ofKind } from '../typed-objects.ts';
import { scalersOf } from './scaling.ts';

const digest = /@sha256:[0-9a-f]{64}$/;

/** What the kustomization of an environment puts a digest to. The tag is one that no registry has: alone it never runs. */
const placeholder = /^(?:[a-z0-9.-]+(?::\d+)?\/)+[a-z][a-z0-9-]*:unreleased$/;

/** An image is one: by its digest, or by the name that the environment's kustomization gives a digest to. */
export function images(objects: Objects): Finding[] {
  return podSourcesOf(objects).flatMap((source) =>
    containersOf(source).flatMap(({ name, image = '' }) => {
      // What istiod puts its own proxy for.
      if (image === 'auto' && isGateway(source)) return [];
      const tag = /:([^/@]+)(?:@|$)/.exec(image)?.[1];
      if (tag === 'latest') return [finding('policy/image-latest', source.object, `${name} runs ${image}`)];
      return digest.test(image) || placeholder.test(image)
        ? []
        : [finding('policy/image-digest', source.object, `${name} runs '${image}', which may be another tomorrow`)];
    }),
  );
}

/** Every long-running workload is protected from drains, and its replicas are apart. */
export function availability(objects: Objects): Finding[] {
  const budgets = ofKind(objects, 'PodDisruptionBudget');
  return longRunning(objects).flatMap((source) => {
    const { object } = source;
    const covering = budgets.filter(
      ({ metadata, spec }) =>
        metadata.namespace === object.metadata.namespace &&
        spec?.selector?.matchLabels &&
        matchesLabels(spec.selector.matchLabels, podLabelsOf(source)),
    );
    return [
      ...(covering.length === 1
        ? []
        : [finding('policy/budget', object, `${covering.length} disruption budgets are for its pods, not one`)]),
      ...spreadProblems(source).map((message) => finding('policy/spread', object, message)),
    ];
  });
}

function spreadProblems(source: PodSource): string[] {
  // One pod cannot be apart from itself.
  if (source.replicas === 1) return [];
  const constraints = podSpecOf(source).topologySpreadConstraints ?? [];
  const labels = podLabelsOf(source);
  const missing = ['topology.kubernetes.io/zone', 'kubernetes.io/hostname']
    .filter((key) => !constraints.some(({ topologyKey }) => topologyKey === key))
    .map((key) => `its pods may all be on one ${key}`);
  const blind = constraints
    .filter(({ labelSelector }) => !matchesLabels(labelSelector?.matchLabels ?? { '': '' }, labels))
    .map(({ topologyKey }) => `it spreads other pods than its own over ${topologyKey}`);
  return [...missing, ...blind];
}

/** Every container that serves is asked whether it started, lives and is ready. */
export function probesAreThere(objects: Objects): Finding[] {
  return longRunning(objects).flatMap((source) =>
    (podSpecOf(source).containers ?? []).flatMap((container) =>
      (['startupProbe', 'livenessProbe', 'readinessProbe'] as const)
        .filter((kind) => container[kind] === undefined)
        .map((kind) => finding('policy/probes', source.object, `${container.name} has no ${kind}`)),
    ),
  );
}

/** Every container says what it needs and how much memory it may have. */
export function resourcesAreThere(objects: Objects): Finding[] {
  return podSourcesOf(objects).flatMap((source) =>
    containersOf(source).flatMap(({ name, resources }) => {
      const missing = [
        ...['cpu', 'memory']
          .filter((key) => resources?.requests?.[key] === undefined)
          .map((key) => `request of ${key}`),
        ...(resources?.limits?.['memory'] === undefined ? ['limit of memory'] : []),
      ];
      return missing.map((what) => finding('policy/resources', source.object, `${name} has no ${what}`));
    }),
  );
}

/** A container that stops first waits until nobody sends it anything more. */
export function drains(objects: Objects): Finding[] {
  return longRunning(objects).flatMap((source) =>
    (podSpecOf(source).containers ?? [])
      .filter(({ lifecycle }) => lifecycle?.preStop === undefined)
      .map(({ name }) => finding('policy/pre-stop', source.object, `${name} stops while requests are on their way`)),
  );
}

/** What is scaled does not say how many it is: each sync would take away what the autoscaler added. */
export function replicasAreLeft(objects: Objects): Finding[] {
  const scaled = scalersOf(objects);
  return podSourcesOf(objects)
    .filter(({ object, replicas }) => {
      const isScaled = scaled.some(
        ({ target, object: scaler }) =>
          target.kind === object.kind &&
          target.name === object.metadata.name &&
          scaler.metadata.namespace === object.metadata.namespace,
      );
      return replicas !== undefined && isScaled;
    })
    .map(({ object, replicas }) => finding('policy/replicas', object, `it says ${replicas}, and is scaled`));
}

/** A Rollout has its own template: one that borrows a Deployment's loses requests when it takes over. */
export function rolloutsAreNative(objects: Objects): Finding[] {
  return ofKind(objects, 'Rollout')
    .filter(({ spec }) => spec.workloadRef !== undefined || spec.template === undefined)
    .map((object) => finding('policy/rollout-native', object, 'it has no template of its own'));
}

/** Pods say whose they are, as people and dashboards look for them; and which version, by which canaries are told apart. */
export function podLabels(objects: Objects): Finding[] {
  return longRunning(objects).flatMap((source) =>
    ['app.kubernetes.io/name', 'app.kubernetes.io/part-of', ...(isGateway(source) ? [gatewayRevision] : versionKeys)]
      .filter((key) => podLabelsOf(source)[key] === undefined)
      .map((key) => finding('policy/labels', source.object, `its pods have no label ${key}`)),
  );
}

const versionKeys = ['app.kubernetes.io/version', 'version'];

/** Without one, `istioctl validate` warns that Istio's figures cannot tell its revisions. */
const gatewayRevision = 'service.istio.io/canonical-revision';

/** Pods of Istio's own, whose version istiod decides. */
function isGateway({ template }: PodSource): boolean {
  return template.metadata?.annotations?.['inject.istio.io/templates'] === 'gateway';
}

/** Nothing secret is in git: no Secret, and no password among the variables. */
export function secretsInGit(objects: Objects): Finding[] {
  return [
    ...objects
      .filter(({ kind }) => kind === 'Secret')
      .map((object) => finding('policy/secret-in-git', object, 'a Secret is rendered')),
    ...podSourcesOf(objects).flatMap((source) =>
      containersOf(source).flatMap(({ name, env }) =>
        (env ?? [])
          .filter((variable) => variable.value !== undefined && isSecret(variable.name, variable.value))
          .map((variable) =>
            finding('policy/secret-in-git', source.object, `${name} is given ${variable.name} in the clear`),
          ),
      ),
    ),
  ];
}

function isSecret(name: string, value: string): boolean {
  // A reference to another variable, which itself comes from a Secret, is none.
  const bare = value.replaceAll(/\$\([A-Z0-9_]+\)/g, '');
  if (/^[a-z+]+:\/\/[^/\s:@]*:[^/\s:@]+@/.test(bare)) return true;
  return /(PASSWORD|SECRET|TOKEN|PRIVATE_KEY)$/.test(name) && bare !== '' && !bare.startsWith('/');
}

function longRunning(objects: Objects): readonly PodSource[] {
  return podSourcesOf(objects).filter(({ longRunning: stays }) => stays);
}

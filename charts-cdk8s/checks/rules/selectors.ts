import { type Finding, finding, type Objects } from '../finding.ts';
import { matchesLabels, podLabelsOf, podSourcesOf } from '../pods.ts';
import { ofKind } from '../typed-objects.ts';
import { operatedKinds } from './operated.ts';

/** A controller knows its pods: its selector is not empty, and its own template has all that it asks for. */
export function selectorsMatchTemplates(objects: Objects): Finding[] {
  return podSourcesOf(objects).flatMap((source) => {
    const { object, selector } = source;
    if (selector === undefined) return [];
    if (Object.keys(selector).length === 0) return [finding('kubernetes/selector', object, 'its selector is empty')];
    const labels = podLabelsOf(source);
    return Object.entries(selector)
      .filter(([key, value]) => labels[key] !== value)
      .map(([key, value]) =>
        finding('kubernetes/selector', object, `it selects ${key}=${value}, which its pods do not have`),
      );
  });
}

/** A controller takes no pods of another. */
export function selectorsOverlap(objects: Objects): Finding[] {
  const sources = podSourcesOf(objects).filter(({ selector }) => selector && Object.keys(selector).length > 0);
  return sources.flatMap((source) =>
    sources
      .filter((other) => other !== source && other.object.metadata.namespace === source.object.metadata.namespace)
      .filter((other) => matchesLabels(source.selector ?? {}, podLabelsOf(other)))
      .map((other) =>
        finding(
          'kubernetes/selector-overlap',
          source.object,
          `it selects the pods of ${other.object.metadata.name} too`,
        ),
      ),
  );
}

/** A Service, a disruption budget and a pod monitor select pods that are there. */
export function selectorsFindPods(objects: Objects): Finding[] {
  const sources = podSourcesOf(objects);
  // Gateways come with Istio, and operators make the pods of their kinds: those are not in these manifests.
  const rendered = new Set(sources.map(({ object }) => object.metadata.namespace));
  const selecting = [
    ...ofKind(objects, 'Service').map((object) => ({ object, labels: object.spec?.selector })),
    ...ofKind(objects, 'PodDisruptionBudget').map((object) => ({ object, labels: object.spec?.selector?.matchLabels })),
  ];
  return selecting
    .filter(({ object }) => rendered.has(object.metadata.namespace))
    .filter(
      ({ object, labels }) =>
        labels &&
        !isOperated(objects, object.metadata.namespace, labels) &&
        !sources.some(
          (source) =>
            source.object.metadata.namespace === object.metadata.namespace &&
            matchesLabels(labels, podLabelsOf(source)),
        ),
    )
    .map(({ object, labels }) =>
      finding(
        'kubernetes/selects-nothing',
        object,
        `no pod has ${Object.entries(labels ?? {})
          .flat()
          .join('=')}`,
      ),
    );
}

/** Whether an operator makes the pods, and labels them with the name of its object. */
function isOperated(objects: Objects, namespace: string | undefined, labels: Readonly<Record<string, string>>) {
  return objects.some(
    ({ kind, metadata }) =>
      operatedKinds.has(kind) && metadata.namespace === namespace && Object.values(labels).includes(metadata.name),
  );
}

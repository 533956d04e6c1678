import { type Finding, finding, type Objects } from '../finding.ts';
import type { KubernetesObject } from '../kubernetes-object.ts';
import { type Labels, podSourcesOf } from '../pods.ts';
import { ofKind } from '../typed-objects.ts';

const part = /^[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$/;
const prefix = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

/** Formats of labels. https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set */
export function labelFormats(objects: Objects): Finding[] {
  return labelSets(objects).flatMap(({ object, labels }) =>
    Object.entries(labels).flatMap(([key, value]) => {
      const why = keyProblem(key) ?? valueProblem(value);
      return why ? [finding('kubernetes/label', object, `label ${key}: ${why}`)] : [];
    }),
  );
}

/** Keys of annotations have the format of labels'; together they are at most 256 KiB. */
export function annotationFormats(objects: Objects): Finding[] {
  const sets = [
    ...objects.map((object) => ({ object, annotations: object.metadata.annotations ?? {} })),
    ...podSourcesOf(objects).map(({ object, template }) => ({
      object,
      annotations: template.metadata?.annotations ?? {},
    })),
  ];
  return sets.flatMap(({ object, annotations }) => {
    const bytes = Buffer.byteLength(Object.entries(annotations).flat().join(''));
    const wrong = Object.entries(annotations).flatMap(([key, value]) => {
      const why = keyProblem(key) ?? (typeof value === 'string' ? undefined : 'its value is not a string');
      return why ? [finding('kubernetes/annotation', object, `annotation ${key}: ${why}`)] : [];
    });
    return bytes > 262_144
      ? [...wrong, finding('kubernetes/annotation', object, `its annotations are ${bytes} bytes, of 262144 at most`)]
      : wrong;
  });
}

function labelSets(objects: Objects): readonly { object: KubernetesObject; labels: Labels }[] {
  return [
    ...objects.map((object) => ({ object, labels: object.metadata.labels ?? {} })),
    ...podSourcesOf(objects).flatMap(({ object, template, selector }) => [
      { object, labels: template.metadata?.labels ?? {} },
      { object, labels: selector ?? {} },
    ]),
    ...ofKind(objects, 'Service').map((object) => ({ object, labels: object.spec?.selector ?? {} })),
    ...ofKind(objects, 'PodDisruptionBudget').map((object) => ({
      object,
      labels: object.spec?.selector?.matchLabels ?? {},
    })),
  ];
}

function keyProblem(key: string): string | undefined {
  const parts = key.split('/');
  const name = parts.at(-1) ?? '';
  if (parts.length > 2) return 'its key has two slashes';
  if (parts.length === 2 && (!prefix.test(parts[0] ?? '') || (parts[0] ?? '').length > 253))
    return 'the prefix of its key is not a DNS subdomain';
  if (name.length > 63) return 'its key is longer than 63 characters';
  return part.test(name) ? undefined : 'its key has characters that a key may not have';
}

function valueProblem(value: unknown): string | undefined {
  if (typeof value !== 'string') return 'its value is not a string';
  if (value.length > 63) return 'its value is longer than 63 characters';
  return value === '' || part.test(value) ? undefined : `its value '${value}' has characters that a value may not have`;
}

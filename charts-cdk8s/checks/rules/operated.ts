import { type Finding, finding, type Objects } from '../finding.ts';
import type { KubernetesObject } from '../kubernetes-object.ts';
import { ofKind } from '../typed-objects.ts';

/** Whose pods an operator makes, with the object's name in this label. They are in no template of these manifests. */
export const operatedKinds: ReadonlySet<string> = new Set(['RabbitmqCluster']);
const nameLabel = 'app.kubernetes.io/name';

/** What runs by an operator is protected from drains, and lets somebody in, as what runs by us. */
export function operatedPods(objects: Objects): Finding[] {
  return objects
    .filter(({ kind }) => operatedKinds.has(kind))
    .flatMap((object) => {
      const isFor = (other: Pick<KubernetesObject, 'metadata'>, labels: Readonly<Record<string, string>> | undefined) =>
        other.metadata.namespace === object.metadata.namespace && labels?.[nameLabel] === object.metadata.name;
      const budgets = ofKind(objects, 'PodDisruptionBudget').filter((budget) =>
        isFor(budget, budget.spec?.selector?.matchLabels),
      );
      const policies = ofKind(objects, 'AuthorizationPolicy').filter((policy) =>
        isFor(policy, policy.spec?.selector?.matchLabels),
      );
      return [
        ...(budgets.length === 1
          ? []
          : [finding('policy/budget', object, `${budgets.length} disruption budgets are for its pods, not one`)]),
        ...(policies.length > 0 ? [] : [finding('policy/no-way-in', object, 'no policy lets anybody in')]),
      ];
    });
}

/** Secrets that operators' kinds name: by `secretName`, or by name and key. Where they do not say, they are of their namespace. */
export function secretsOfOperators(
  object: KubernetesObject,
): readonly { readonly name: string; readonly key?: string }[] {
  if (object.kind === 'RabbitmqCluster') return secretNames(object.spec);
  return object.kind === 'AlertmanagerConfig' ? secretKeys(object.spec) : [];
}

function secretNames(value: unknown): readonly { readonly name: string }[] {
  return childrenOf(value).flatMap(([key, child]) =>
    key === 'secretName' && typeof child === 'string' ? [{ name: child }] : secretNames(child),
  );
}

function secretKeys(value: unknown): readonly { readonly name: string; readonly key: string }[] {
  const children = childrenOf(value);
  const { name, key } = Object.fromEntries(children);
  // Nothing else in this kind has these two fields.
  if (children.length === 2 && typeof name === 'string' && typeof key === 'string') return [{ name, key }];
  return children.flatMap(([, child]) => secretKeys(child));
}

function childrenOf(value: unknown): readonly (readonly [string, unknown])[] {
  return typeof value === 'object' && value !== null ? Object.entries(value) : [];
}

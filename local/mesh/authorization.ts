/** AuthorizationPolicy: whether a workload lets a request in. */
import { type AttributePredicate, type Attributes, compileRule } from './authorization-rules.ts';
import { selects } from './host-names.ts';
import { ManifestError } from './manifests.ts';
import type { Workload } from './registry.ts';
import type { Resources } from './supported-fields.ts';

export interface CompiledPolicy {
  readonly name: string;
  readonly namespace: string;
  readonly selector: Readonly<Record<string, string>> | undefined;
  readonly action: 'ALLOW' | 'DENY';
  readonly rules: readonly AttributePredicate[];
}

/** @throws {ManifestError} */
export function compilePolicies({ AuthorizationPolicy }: Pick<Resources, 'AuthorizationPolicy'>): CompiledPolicy[] {
  const problems: string[] = [];
  const policies = AuthorizationPolicy.map(({ where, name, namespace, spec }) => ({
    name: `${namespace}/${name}`,
    namespace,
    selector: spec.selector?.matchLabels,
    action: spec.action ?? 'ALLOW',
    rules: (spec.rules ?? []).flatMap((rule, index) => {
      try {
        return [compileRule(rule)];
      } catch (error) {
        problems.push(`${where}: spec.rules[${index}]: ${error instanceof Error ? error.message : String(error)}`);
        return [];
      }
    }),
  }));
  if (problems.length > 0) throw new ManifestError(problems);
  return policies;
}

/** The policies that hold for a workload: of its own namespace and of the root namespace, where the selector fits. */
export function policiesFor(
  workload: Pick<Workload, 'namespace' | 'labels'>,
  policies: readonly CompiledPolicy[],
  rootNamespace: string,
): CompiledPolicy[] {
  return policies
    .filter(({ namespace }) => namespace === rootNamespace || namespace === workload.namespace)
    .filter(({ selector }) => !selector || selects(selector, workload.labels));
}

export interface Decision {
  readonly allowed: boolean;
  /** The policy that decided; `none` when there is none for the workload, or none that matched. */
  readonly policy: string;
}

/**
 * A DENY that matches decides first. Then, without any ALLOW policy the request passes; with one or more it passes only
 * if one matches, so that a policy without rules, which matches nothing, denies all.
 */
export function authorize(policies: readonly CompiledPolicy[], attributes: Attributes): Decision {
  const matching = (action: CompiledPolicy['action']) =>
    policies.find((policy) => policy.action === action && policy.rules.some((matches) => matches(attributes)));
  const deny = matching('DENY');
  if (deny) return { allowed: false, policy: deny.name };
  const allow = matching('ALLOW');
  if (allow) return { allowed: true, policy: allow.name };
  return { allowed: !policies.some(({ action }) => action === 'ALLOW'), policy: 'none' };
}

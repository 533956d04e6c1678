import { type Finding, finding, type Objects } from '../finding.ts';
import type { KubernetesObject } from '../kubernetes-object.ts';
import { podSourcesOf } from '../pods.ts';
import { ofKind } from '../typed-objects.ts';

/** Nobody may do anything, nobody speaks in the clear, and nothing leaves, in each namespace with pods, until it is said. */
export function closedByDefault(objects: Objects): Finding[] {
  const used = new Set(podSourcesOf(objects).map(({ object }) => object.metadata.namespace));
  return objects
    .filter(({ kind, metadata }) => kind === 'Namespace' && used.has(metadata.name))
    .flatMap((object) => {
      const here = ({ metadata }: { readonly metadata: KubernetesObject['metadata'] }) =>
        metadata.namespace === object.metadata.name;
      const denied = ofKind(objects, 'AuthorizationPolicy').some(
        (policy) => here(policy) && !policy.spec?.selector && !policy.spec?.rules && !policy.spec?.action,
      );
      const strict = ofKind(objects, 'PeerAuthentication').some(
        (policy) => here(policy) && !policy.spec?.selector && policy.spec?.mtls?.mode === 'STRICT',
      );
      const closed = (['Ingress', 'Egress'] as const).filter(
        (type) =>
          !ofKind(objects, 'NetworkPolicy').some(
            (policy) =>
              here(policy) &&
              Object.keys(policy.spec?.podSelector ?? {}).length === 0 &&
              policy.spec?.policyTypes?.includes(type) &&
              !(type === 'Ingress' ? policy.spec.ingress : policy.spec.egress)?.length,
          ),
      );
      return [
        ...(denied ? [] : ['no AuthorizationPolicy denies everything']),
        ...(strict ? [] : ['mutual TLS is not STRICT']),
        ...closed.map((type) => `no NetworkPolicy closes ${type}`),
      ].map((message) => finding('policy/default-deny', object, message));
    });
}

/** Istio ignores what it does not know at a port of TCP; and a DENY by path can be walked around. Only ALLOW is used. */
export function onlyAllows(objects: Objects): Finding[] {
  return ofKind(objects, 'AuthorizationPolicy')
    .filter(({ spec }) => spec?.action !== undefined && spec.action !== 'ALLOW')
    .map((object) => finding('policy/allow-only', object, `its action is ${object.spec?.action}`));
}

/** A rule admits somebody to something: never anybody to everything. */
export function rulesSayWhat(objects: Objects): Finding[] {
  return ofKind(objects, 'AuthorizationPolicy').flatMap((object) =>
    (object.spec?.rules ?? [])
      .filter(({ to }) => !to || to.some(({ operation }) => !operation || Object.keys(operation).length === 0))
      .map(() => finding('policy/allow-all', object, 'a rule does not say what it admits to')),
  );
}

/** Every identity that a policy admits is an account that is there. */
export function principals(objects: Objects): Finding[] {
  const ours = new Set(
    objects
      .filter(({ kind }) => kind === 'Namespace')
      .map(({ metadata }) => metadata.name)
      .filter((name) => objects.some(({ kind, metadata }) => kind === 'ServiceAccount' && metadata.namespace === name)),
  );
  return ofKind(objects, 'AuthorizationPolicy').flatMap((object) =>
    (object.spec?.rules ?? [])
      .flatMap(({ from }) => (from ?? []).flatMap(({ source }) => source?.principals ?? []))
      .filter((principal) => {
        const [, namespace, account] = /^cluster\.local\/ns\/([^/]+)\/sa\/([^/]+)$/.exec(principal) ?? [];
        if (namespace === undefined) return true;
        return (
          ours.has(namespace) &&
          !objects.some(
            ({ kind, metadata }) =>
              kind === 'ServiceAccount' && metadata.namespace === namespace && metadata.name === account,
          )
        );
      })
      .map((principal) => finding('reference/principal', object, `there is no identity ${principal}`)),
  );
}

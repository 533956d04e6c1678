import type { IContainer } from 'kubernetes-models/v1/Container';
import { type Finding, finding, type Objects } from '../finding.ts';
import type { KubernetesObject } from '../kubernetes-object.ts';
import { containersOf, podSourcesOf, podSpecOf } from '../pods.ts';
import { ofKind } from '../typed-objects.ts';
import { secretsOfOperators } from './operated.ts';

/** ConfigMaps that Kubernetes or an operator puts into every namespace. */
const givenConfigMaps = new Set(['istio-ca-root-cert', 'kube-root-ca.crt']);

/** Every pod has an identity of its own that is there. */
export function serviceAccounts(objects: Objects): Finding[] {
  return podSourcesOf(objects).flatMap((source) => {
    const { namespace } = source.object.metadata;
    const name = podSpecOf(source).serviceAccountName ?? 'default';
    if (name === 'default') return [finding('policy/identity', source.object, 'it runs as the default account')];
    // The template of an analysis that every namespace may use takes the account of the namespace that uses it.
    return namespace === undefined || exists(objects, { kind: 'ServiceAccount', namespace, name })
      ? []
      : [finding('reference/service-account', source.object, `there is no ServiceAccount ${name}`)];
  });
}

/** Every ConfigMap that a pod reads is there, with the keys that it reads. */
export function configMaps(objects: Objects): Finding[] {
  return usesOf(objects, 'ConfigMap').flatMap(({ object, name, key }) => {
    if (givenConfigMaps.has(name)) return [];
    const found = objects.find(
      ({ kind, metadata }) =>
        kind === 'ConfigMap' && metadata.name === name && metadata.namespace === object.metadata.namespace,
    );
    if (!found) return [finding('reference/config-map', object, `there is no ConfigMap ${name}`)];
    return key === undefined || Object.hasOwn(found.data ?? {}, key)
      ? []
      : [finding('reference/config-map', object, `ConfigMap ${name} has no key ${key}`)];
  });
}

/** Every Secret that something reads is made by an ExternalSecret, a SealedSecret, a Certificate or an operator. */
export function secrets(objects: Objects): Finding[] {
  const made = secretsMade(objects);
  const uses = [
    ...usesOf(objects, 'Secret'),
    ...ofKind(objects, 'Gateway').flatMap((object) =>
      (object.spec?.servers ?? []).flatMap(({ tls }) =>
        tls?.credentialName ? [{ object, name: tls.credentialName, key: undefined }] : [],
      ),
    ),
    ...objects.flatMap((object) => secretsOfOperators(object).map(({ name, key }) => ({ object, name, key }))),
  ];
  return uses.flatMap(({ object, name, key }) => {
    const found = made.find((one) => one.name === name && one.namespace === object.metadata.namespace);
    if (!found) return [finding('reference/secret', object, `nothing makes the Secret ${name}`)];
    return key === undefined || !found.keys || found.keys.includes(key)
      ? []
      : [finding('reference/secret', object, `the Secret ${name} has no key ${key}`)];
  });
}

/** Every property that the templates of a SealedSecret use is sealed in it: the controller would write `<no value>`. */
export function sealedProperties(objects: Objects): Finding[] {
  return ofKind(objects, 'SealedSecret').flatMap((object) => {
    const sealed = Object.keys(object.spec.encryptedData ?? {});
    const used = Object.values(object.spec.template?.data ?? {}).flatMap((template) =>
      [...template.matchAll(/\{\{-?\s*\.(\w+)/g)].flatMap(([, property]) => property ?? []),
    );
    return [...new Set(used)]
      .filter((property) => !sealed.includes(property))
      .map((property) => finding('reference/sealed', object, `its templates use ${property}, which is not sealed`));
  });
}

/** Every claim that a pod mounts is there. */
export function volumeClaims(objects: Objects): Finding[] {
  return podSourcesOf(objects).flatMap((source) =>
    (podSpecOf(source).volumes ?? [])
      .flatMap(({ persistentVolumeClaim }) => persistentVolumeClaim?.claimName ?? [])
      .filter(
        (name) =>
          !exists(objects, { kind: 'PersistentVolumeClaim', namespace: source.object.metadata.namespace, name }),
      )
      .map((name) => finding('reference/volume-claim', source.object, `there is no PersistentVolumeClaim ${name}`)),
  );
}

/** Every Service and port behind an Ingress is there. */
export function ingressBackends(objects: Objects): Finding[] {
  const services = ofKind(objects, 'Service');
  return ofKind(objects, 'Ingress').flatMap((object) => {
    const backends = [
      object.spec?.defaultBackend,
      ...(object.spec?.rules ?? []).flatMap(({ http }) => (http?.paths ?? []).map(({ backend }) => backend)),
    ].flatMap((backend) => backend?.service ?? []);
    return (
      backends
        // The load balancer controller answers redirects itself: its port is the name of an annotation.
        .filter(({ port }) => port?.name !== 'use-annotation')
        .flatMap(({ name, port }) => {
          const found = services.find(
            ({ metadata }) => metadata.name === name && metadata.namespace === object.metadata.namespace,
          );
          if (!found) return [finding('reference/service', object, `there is no Service ${name}`)];
          return (found.spec?.ports ?? []).some((own) => own.port === port?.number || own.name === port?.name)
            ? []
            : [finding('reference/service', object, `Service ${name} has no port ${port?.number ?? port?.name}`)];
        })
    );
  });
}

/** What a ScaledObject's triggers authenticate with is there. */
export function triggerAuthentications(objects: Objects): Finding[] {
  return ofKind(objects, 'ScaledObject').flatMap((object) =>
    (object.spec.triggers ?? []).flatMap(({ authenticationRef }) => {
      if (!authenticationRef) return [];
      const { kind = 'TriggerAuthentication', name } = authenticationRef;
      const namespace = kind === 'TriggerAuthentication' ? object.metadata.namespace : undefined;
      return exists(objects, { kind, namespace, name })
        ? []
        : [finding('reference/trigger-authentication', object, `there is no ${kind} ${name}`)];
    }),
  );
}

interface Use {
  readonly object: KubernetesObject;
  readonly name: string;
  readonly key: string | undefined;
}

function usesOf(objects: Objects, kind: 'ConfigMap' | 'Secret'): readonly Use[] {
  return podSourcesOf(objects).flatMap((source) => {
    const { object } = source;
    const volumes = (podSpecOf(source).volumes ?? []).flatMap(({ configMap, secret, projected }) => {
      const projections = (projected?.sources ?? []).flatMap((one) =>
        required(kind === 'ConfigMap' ? one.configMap : one.secret),
      );
      const direct =
        kind === 'ConfigMap'
          ? required(configMap)
          : required(secret).map(({ secretName, ...rest }) => ({ ...rest, name: secretName }));
      return [...direct, ...projections].flatMap(({ name = '', items }): Use[] =>
        items ? items.map(({ key }) => ({ object, name, key })) : [{ object, name, key: undefined }],
      );
    });
    return [...volumes, ...containersOf(source).flatMap((container) => usesOfContainer(container, kind, object))];
  });
}

/** A reference, unless the pod starts without what it names. */
function required<T extends { optional?: boolean }>(reference: T | undefined): readonly T[] {
  return reference && reference.optional !== true ? [reference] : [];
}

function usesOfContainer(
  { env, envFrom }: IContainer,
  kind: 'ConfigMap' | 'Secret',
  object: KubernetesObject,
): readonly Use[] {
  const keys = (env ?? [])
    .flatMap(({ valueFrom }) => (kind === 'ConfigMap' ? valueFrom?.configMapKeyRef : valueFrom?.secretKeyRef) ?? [])
    .filter(({ optional }) => optional !== true)
    .map(({ name = '', key }) => ({ object, name, key }));
  const whole = (envFrom ?? [])
    .flatMap(({ configMapRef, secretRef }) => (kind === 'ConfigMap' ? configMapRef : secretRef) ?? [])
    .filter(({ optional }) => optional !== true)
    .map(({ name = '' }) => ({ object, name, key: undefined }));
  return [...keys, ...whole];
}

function secretsMade(objects: Objects) {
  return [
    ...ofKind(objects, 'ExternalSecret').map(({ metadata, spec }) => {
      const templated = Object.keys(spec.target?.template?.data ?? {});
      const listed = (spec.data ?? []).map(({ secretKey }) => secretKey);
      const keys = spec.dataFrom && templated.length === 0 ? undefined : templated.length > 0 ? templated : listed;
      return { namespace: metadata.namespace, name: spec.target?.name ?? metadata.name, keys };
    }),
    ...ofKind(objects, 'SealedSecret').map(({ metadata, spec }) => ({
      namespace: metadata.namespace,
      name: spec.template?.metadata?.name ?? metadata.name,
      keys: Object.keys({ ...spec.encryptedData, ...spec.template?.data }),
    })),
    ...ofKind(objects, 'Certificate').map(({ metadata, spec }) => ({
      namespace: metadata.namespace,
      name: spec.secretName,
      keys: ['tls.crt', 'tls.key', 'ca.crt'],
    })),
    // The operator writes who may administer the cluster into a Secret of its own.
    ...objects
      .filter(({ kind }) => kind === 'RabbitmqCluster')
      .map(({ metadata }) => ({
        namespace: metadata.namespace,
        name: `${metadata.name}-default-user`,
        keys: undefined,
      })),
  ];
}

export function exists(
  objects: Objects,
  wanted: { readonly kind: string; readonly namespace: string | undefined; readonly name: string },
): boolean {
  return objects.some(
    ({ kind, metadata }) =>
      kind === wanted.kind && metadata.name === wanted.name && metadata.namespace === wanted.namespace,
  );
}

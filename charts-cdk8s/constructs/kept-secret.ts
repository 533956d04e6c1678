import { createHash } from 'node:crypto';
import { ExternalSecret } from '@kubernetes-models/external-secrets/external-secrets.io/v1/ExternalSecret';
import { Construct } from 'constructs';
import type { Secrets } from '../environment.ts';
import { namespace } from '../names.ts';
import type { ISealedSecret } from '../sealed-secret.ts';
import { manifest } from './manifest.ts';

/** A Secret, by what it is made of. */
export interface SecretContents {
  readonly name: string;
  /** Where its properties are kept: `auth`, `rabbitmq`. */
  readonly entry: string;
  /** The properties, by the names that the templates know them by. */
  readonly properties: Readonly<Record<string, string>>;
  /**
   * Go templates over the properties, by key of the Secret.
   * @default - a key for each property, as it is
   */
  readonly templates?: Readonly<Record<string, string>>;
}

export interface KeptSecretProps {
  readonly contents: SecretContents;
  readonly secrets: Secrets;
}

/**
 * Tells one state of a Secret from another, as far as git can see it. Pods carry it in an annotation, so that a change
 * starts them anew: those of a Rollout by its canary, which takes back a password that does not work. An operator that
 * restarts pods when a Secret changes would do it outside of git and to all at once.
 */
export function revisionOf({ contents, secrets }: KeptSecretProps): string {
  const kept =
    secrets.kind === 'sealed-secrets'
      ? sealedValues(contents, secrets.sealed)
      : (secrets.revisions?.[contents.entry] ?? '');
  return createHash('sha256')
    .update(JSON.stringify([contents, kept]))
    .digest('hex')
    .slice(0, 16);
}

/** The annotation of pods and Secrets that holds the revision. */
export const revisionAnnotation = 'ticketaka/secret-revision';

/** A Secret of the namespace of workloads, without a secret in git: fetched from a store, or sealed. */
export class KeptSecret extends Construct {
  constructor(scope: Construct, id: string, { contents, secrets }: KeptSecretProps) {
    super(scope, id);
    const annotations = { [revisionAnnotation]: revisionOf({ contents, secrets }) };
    const model =
      secrets.kind === 'sealed-secrets'
        ? { toJSON: () => sealedSecret(contents, secrets.sealed, annotations) }
        : externalSecret(contents, secrets, annotations);
    manifest(this, 'secret', model);
  }
}

function externalSecret(
  { name, entry, properties, templates }: SecretContents,
  { store, path }: Extract<Secrets, { kind: 'external-secrets' }>,
  annotations: Record<string, string>,
) {
  return new ExternalSecret({
    // A change of the annotation makes it fetch at once.
    metadata: { name, namespace, annotations },
    spec: {
      refreshInterval: '1h',
      secretStoreRef: { ...store },
      target: {
        name,
        creationPolicy: 'Owner',
        ...(templates && { template: { engineVersion: 'v2', data: { ...templates } } }),
      },
      data: Object.entries(properties).map(([secretKey, property]) => ({
        secretKey,
        remoteRef: { key: `${path}/${entry}`, property },
      })),
    },
  });
}

/** A property that is not sealed yet is left out: the checks then name each. */
function sealedSecret(
  contents: SecretContents,
  sealed: Extract<Secrets, { kind: 'sealed-secrets' }>['sealed'],
  annotations: Record<string, string>,
): ISealedSecret {
  const { name, templates } = contents;
  return {
    apiVersion: 'bitnami.com/v1alpha1',
    kind: 'SealedSecret',
    // For the whole namespace, since several workloads of a service share a property, each in a Secret of its own.
    metadata: {
      name,
      namespace,
      annotations: { 'sealedsecrets.bitnami.com/namespace-wide': 'true', ...annotations },
    },
    spec: {
      encryptedData: sealedValues(contents, sealed),
      template: { type: 'Opaque', ...(templates && { data: { ...templates } }) },
    },
  };
}

function sealedValues(
  { entry, properties }: SecretContents,
  sealed: Extract<Secrets, { kind: 'sealed-secrets' }>['sealed'],
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(properties).flatMap(([key, property]) => {
      const value = sealed[entry]?.[property];
      return value === undefined ? [] : [[key, value]];
    }),
  );
}

import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { validate } from '../checks/validate.ts';
import { doorsOf } from '../doors.ts';
import type { ClusterEnvironment, SealedEntries, Secrets } from '../environment.ts';
import { environments } from '../environments/index.ts';
import { InvalidManifests, type KubernetesObject, render } from '../render.ts';
import { services } from '../services.ts';
import { fixtureJwks } from '../test/fixtures.ts';
import { topologyOf } from '../topology/topology.ts';

/** As kubeseal writes it: two bytes of length, a session key of 512 bytes, and the value. */
const sealedValue = () => Buffer.concat([Buffer.from([2, 0]), randomBytes(560)]).toString('base64');

const { prod } = environments;

function renderWith(secrets: Secrets) {
  const environment: ClusterEnvironment = { ...prod, cluster: { ...prod.cluster, secrets } };
  return render({ environment, jwks: fixtureJwks }).objects;
}

const external = (revisions: Readonly<Record<string, string>>): Secrets => {
  if (prod.cluster.secrets.kind !== 'external-secrets') throw new Error('prod keeps its secrets elsewhere');
  return { ...prod.cluster.secrets, revisions };
};

/** Every property that prod fetches from its store, sealed. */
function everythingSealed(): SealedEntries {
  const remote = render({ environment: prod, jwks: fixtureJwks }).objects.flatMap(({ kind, spec }) =>
    // The schema was checked when it was rendered.
    kind === 'ExternalSecret' ? (spec as { data: { remoteRef: { key: string; property: string } }[] }).data : [],
  );
  const entries = Map.groupBy(remote, ({ remoteRef }) => remoteRef.key.split('/').at(-1) ?? '');
  return Object.fromEntries(
    [...entries].map(([entry, data]) => [
      entry,
      Object.fromEntries(data.map(({ remoteRef }) => [remoteRef.property, sealedValue()])),
    ]),
  );
}

const revisions = (objects: readonly KubernetesObject[]) =>
  new Map(
    objects
      .filter(({ kind }) => kind === 'Rollout' || kind === 'Deployment' || kind === 'RabbitmqCluster')
      .map((object) => [
        object.metadata.name,
        /"ticketaka\/secret-revision":"([0-9a-f]{16})"/.exec(JSON.stringify(object.spec))?.[1],
      ]),
  );

/** Names of the workloads whose pods start anew when one becomes the other. */
function restarted(before: Secrets, after: Secrets): string[] {
  const old = revisions(renderWith(before));
  return [...revisions(renderWith(after))].filter(([name, mark]) => old.get(name) !== mark).map(([name]) => name);
}

describe('secrets in git, sealed', () => {
  const sealed = everythingSealed();

  it('take the place of those in a store, with the same keys, and nothing else changes', () => {
    const objects = renderWith({ kind: 'sealed-secrets', sealed });
    const kinds = objects.map(({ kind }) => kind);
    expect(kinds).not.toContain('ExternalSecret');
    expect(validate(objects, doorsOf(topologyOf(services)))).toEqual([]);
    const named = (all: readonly KubernetesObject[], kind: string) =>
      all.filter((object) => object.kind === kind).map(({ metadata }) => metadata.name);
    expect(named(objects, 'SealedSecret')).toEqual(named(renderWith(prod.cluster.secrets), 'ExternalSecret'));
    expect(objects.length).toBe(renderWith(prod.cluster.secrets).length);
  });

  it('are refused with the name of each that is missing', () => {
    const { mariadb: _, ...auth } = sealed['auth'] ?? {};
    expect(() => renderWith({ kind: 'sealed-secrets', sealed: { ...sealed, auth } })).toThrow(
      /SealedSecret ticketaka\/auth-api: its templates use mariadb, which is not sealed/,
    );
    const { 'smtp-password': __, ...alerts } = sealed['alerts'] ?? {};
    expect(() => renderWith({ kind: 'sealed-secrets', sealed: { ...sealed, alerts } })).toThrow(
      /the Secret alert-notifications has no key smtp-password/,
    );
  });

  it('are refused when they were never sealed, and are not repeated', () => {
    const plain = { ...sealed, mail: { ...sealed['mail'], smtpPassword: 'correct horse' } };
    const refusal = () => renderWith({ kind: 'sealed-secrets', sealed: plain });
    expect(refusal).toThrow(InvalidManifests);
    expect(refusal).toThrow(/smtpPassword: is not sealed/);
    expect(refusal).not.toThrow(/correct horse/);
  });

  it('start the pods that read them anew when they are sealed anew, and no others', () => {
    const changed = { ...sealed, auth: { ...sealed['auth'], mariadb: sealedValue() } };
    const before: Secrets = { kind: 'sealed-secrets', sealed };
    expect(restarted(before, { kind: 'sealed-secrets', sealed: changed })).toEqual(['auth-api']);
    expect(restarted(before, before)).toEqual([]);
  });
});

describe('secrets in a store', () => {
  it('start the pods that read them anew when git is told of a change', () => {
    expect(restarted(external({}), external({ auth: '2026-11-20' }))).toEqual(['auth-api']);
    expect(restarted(external({}), external({ rabbitmq: '2' }))).toEqual(['rabbitmq']);
  });

  it('are fetched at once by the same change', () => {
    const marks = (secrets: Secrets) =>
      renderWith(secrets).find(({ kind, metadata }) => kind === 'ExternalSecret' && metadata.name === 'auth-api')
        ?.metadata.annotations?.['ticketaka/secret-revision'];
    expect(marks(external({ auth: '2' }))).not.toBe(marks(external({})));
  });
});

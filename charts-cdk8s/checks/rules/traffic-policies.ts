import { type Finding, finding, type Objects } from '../finding.ts';
import { ofKind, type Typed } from '../typed-objects.ts';

type Http = NonNullable<NonNullable<Typed<'VirtualService'>['spec']>['http']>[number];

const readMethods = new Set(['GET', 'HEAD']);

/** Nothing that may change something is sent again by the mesh, and it says so: where nothing is said, Istio retries. */
export function writesAreNotRetried(objects: Objects): Finding[] {
  return forwarding(objects)
    .filter(({ http }) => !isReadOnly(http) && http.retries?.attempts !== 0)
    .map(({ object, http }) => finding('policy/write-retried', object, `${http.name} may send a write again`));
}

/** Reads are tried again a few times, each within a time of its own. */
export function readRetriesAreBounded(objects: Objects): Finding[] {
  return forwarding(objects)
    .filter(({ http: { retries } }) => (retries?.attempts ?? 0) > 0)
    .filter(({ http: { retries } }) => (retries?.attempts ?? 0) > 3 || !retries?.perTryTimeout)
    .map(({ object, http }) => finding('policy/retry-bound', object, `${http.name} has no bound for its retries`));
}

/** Every route waits for so long and no longer, and has a name by which a Rollout and a person find it. */
export function routesAreNamedAndTimed(objects: Objects): Finding[] {
  return forwarding(objects).flatMap(({ object, http }) => [
    ...(http.timeout === undefined ? [finding('policy/timeout', object, `${http.name} waits for ever`)] : []),
    ...(http.name === undefined ? [finding('policy/route-name', object, 'a route has no name')] : []),
  ]);
}

/** Hosts are whole names: an answer for any host is an answer for whoever's name points here. */
export function wholeHosts(objects: Objects): Finding[] {
  const hosts = [
    ...ofKind(objects, 'Gateway').flatMap((object) =>
      (object.spec?.servers ?? []).flatMap((server) => server.hosts.map((host) => ({ object, host }))),
    ),
    ...ofKind(objects, 'VirtualService').flatMap((object) =>
      (object.spec?.hosts ?? []).map((host) => ({ object, host })),
    ),
    ...ofKind(objects, 'Certificate').flatMap((object) =>
      (object.spec.dnsNames ?? []).map((host) => ({ object, host })),
    ),
  ];
  return hosts
    .filter(({ host }) => host.slice(host.indexOf('/') + 1).includes('*'))
    .map(({ object, host }) => finding('policy/wildcard-host', object, `it is for any host of ${host}`));
}

/** What comes from outside in the clear is sent to HTTPS. */
export function plainHttpIsRedirected(objects: Objects): Finding[] {
  return ofKind(objects, 'Gateway').flatMap((object) =>
    (object.spec?.servers ?? [])
      .filter(({ port, tls }) => port?.protocol === 'HTTP' && tls?.httpsRedirect !== true)
      .map(({ port }) => finding('policy/plain-http', object, `port ${port?.number} answers in the clear`)),
  );
}

function forwarding(objects: Objects): readonly { object: Typed<'VirtualService'>; http: Http }[] {
  return (
    ofKind(objects, 'VirtualService')
      // One without hosts is what others delegate to: theirs are the matches, the time and the retries.
      .filter(({ spec }) => spec?.hosts !== undefined)
      .flatMap((object) =>
        (object.spec?.http ?? [])
          .filter(({ route, delegate }) => route !== undefined || delegate !== undefined)
          .map((http) => ({ object, http })),
      )
  );
}

/** Whether every request that a route may take only reads. */
function isReadOnly({ match }: Http): boolean {
  return (
    match !== undefined &&
    match.length > 0 &&
    match.every(({ method }) => {
      const methods = method?.exact !== undefined ? [method.exact] : (method?.regex ?? '').split('|');
      return methods.every((one) => readMethods.has(one));
    })
  );
}

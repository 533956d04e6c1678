import { type Finding, finding, type Objects } from '../finding.ts';
import { matchesLabels, podLabelsOf, podSourcesOf } from '../pods.ts';
import { ofKind, type Typed } from '../typed-objects.ts';

/** IST0101: every subset that a route leads to is declared for its host. */
export function routeSubsets(objects: Objects): Finding[] {
  const rules = ofKind(objects, 'DestinationRule');
  return destinationsOf(objects).flatMap(({ object, host, subset }) => {
    if (subset === undefined) return [];
    const declared = rules.filter(({ spec }) => spec?.host === host).flatMap(({ spec }) => spec?.subsets ?? []);
    return declared.some(({ name }) => name === subset)
      ? []
      : [finding('IST0101', object, `there is no subset ${subset} of ${host}`)];
  });
}

/** IST0106: what istiod would refuse: weights that are not 100 together, several hosts of TCP, two subsets of one name. */
export function meshSchema(objects: Objects): Finding[] {
  return [
    ...ofKind(objects, 'VirtualService').flatMap((object) =>
      (object.spec?.http ?? []).flatMap((http) => {
        const weights = (http.route ?? []).map(({ weight }) => weight ?? 0);
        const sum = weights.reduce((total, weight) => total + weight, 0);
        const wrong = weights.length > 1 && sum !== 100;
        return wrong ? [finding('IST0106', object, `the weights of ${http.name} are ${sum} together, not 100`)] : [];
      }),
    ),
    ...ofKind(objects, 'ServiceEntry')
      .filter(({ spec }) => spec.hosts.length > 1 && (spec.ports ?? []).some(({ protocol }) => protocol === 'TCP'))
      .map((object) => finding('IST0106', object, 'it has several hosts for ports of TCP')),
    ...ofKind(objects, 'DestinationRule').flatMap((object) => {
      const names = (object.spec?.subsets ?? []).map(({ name }) => name);
      return names
        .filter((name, index) => names.indexOf(name) < index)
        .map((name) => finding('IST0106', object, `two subsets are called ${name}`));
    }),
  ];
}

/** IST0112: a host of several ports needs one named. */
export function destinationPorts(objects: Objects): Finding[] {
  const services = ofKind(objects, 'Service');
  return destinationsOf(objects)
    .filter(({ host, port }) => {
      const service = services.find(
        ({ metadata }) => host === `${metadata.name}.${metadata.namespace}.svc.cluster.local`,
      );
      return port === undefined && (service?.spec?.ports ?? []).length > 1;
    })
    .map(({ object, host }) => finding('IST0112', object, `${host} has several ports, and it names none`));
}

/** IST0113: under STRICT, nothing is spoken to in the clear. */
export function mutualTlsConflicts(objects: Objects): Finding[] {
  const strict = new Set(
    ofKind(objects, 'PeerAuthentication')
      .filter(({ spec }) => spec?.mtls?.mode === 'STRICT' && !spec.selector)
      .map(({ metadata }) => metadata.namespace),
  );
  return ofKind(objects, 'DestinationRule')
    .filter(({ spec }) => {
      const [, namespace] = /^[^.]+\.([^.]+)\.svc\.cluster\.local$/.exec(spec?.host ?? '') ?? [];
      const mode = spec?.trafficPolicy?.tls?.mode;
      return strict.has(namespace) && mode !== undefined && mode !== 'ISTIO_MUTUAL';
    })
    .map((object) => finding('IST0113', object, `it speaks ${object.spec?.trafficPolicy?.tls?.mode} to a STRICT host`));
}

/** IST0122: Envoy takes every regular expression. RE2 knows neither look-around nor back references. */
export function expressions(objects: Objects): Finding[] {
  return ofKind(objects, 'VirtualService').flatMap((object) => {
    const texts = [...JSON.stringify(object.spec).matchAll(/"regex":("(?:[^"\\]|\\.)*")/g)].map(
      // JSON.stringify wrote this string.
      ([, text = '""']) => JSON.parse(text) as string,
    );
    return texts
      .filter((text) => /\(\?[=!<]|\\[1-9]/.test(text) || !compiles(text))
      .map((text) => finding('IST0122', object, `'${text}' is no expression of RE2`));
  });
}

/** IST0128: TLS to a server outside whose certificate is not checked. */
export function unverifiedServers(objects: Objects): Finding[] {
  return ofKind(objects, 'DestinationRule')
    .filter(({ spec }) => {
      const tls = spec?.trafficPolicy?.tls;
      return (tls?.mode === 'SIMPLE' || tls?.mode === 'MUTUAL') && !tls.caCertificates && !tls.credentialName;
    })
    .map((object) => finding('IST0128', object, 'it checks no certificate of the server'));
}

/** IST0145: two gateways for one host and port of the same pods. */
export function gatewayConflicts(objects: Objects): Finding[] {
  const servers = ofKind(objects, 'Gateway').flatMap((object) =>
    (object.spec?.servers ?? []).flatMap(({ hosts, port }) =>
      hosts.map((host) => ({ object, key: `${JSON.stringify(object.spec?.selector)} ${port?.number} ${host}` })),
    ),
  );
  return servers
    .filter(({ key }, index) => servers.findIndex((other) => other.key === key) < index)
    .map(({ object }) => finding('IST0145', object, 'another server has its pods, port and host'));
}

/** IST0149: routes by a claim are for gateways that check tokens. */
export function claimRoutes(objects: Objects): Finding[] {
  const gateways = ofKind(objects, 'Gateway');
  const checked = ofKind(objects, 'RequestAuthentication');
  return ofKind(objects, 'VirtualService').flatMap((object) => {
    if (!JSON.stringify(object.spec?.http ?? []).includes('@request.auth.claims')) return [];
    return (object.spec?.gateways ?? ['mesh'])
      .filter((name) => {
        const gateway = gateways.find(({ metadata }) => `${metadata.namespace}/${metadata.name}` === name);
        return !checked.some(
          ({ metadata, spec }) =>
            metadata.namespace === gateway?.metadata.namespace &&
            matchesLabels(spec?.selector?.matchLabels ?? {}, gateway?.spec?.selector ?? {}),
        );
      })
      .map((name) => finding('IST0149', object, `it routes by claims at ${name}, where no token is checked`));
  });
}

/** IST0173: every subset has pods. The hash of a revision is put in by Argo Rollouts, and no pod has it before. */
export function subsetPods(objects: Objects): Finding[] {
  const sources = podSourcesOf(objects);
  return ofKind(objects, 'DestinationRule').flatMap((object) =>
    (object.spec?.subsets ?? [])
      .filter(({ labels }) => !sources.some((source) => matchesLabels(labels ?? {}, podLabelsOf(source))))
      .map(({ name }) => finding('IST0173', object, `no pod is in its subset ${name}`)),
  );
}

/** IST0175: keys of tokens are in the manifest, since istiod could not fetch them from the mesh. */
export function inlineKeys(objects: Objects): Finding[] {
  return ofKind(objects, 'RequestAuthentication')
    .filter(({ spec }) => (spec?.jwtRules ?? []).some(({ jwks }) => !jwks))
    .map((object) => finding('IST0175', object, 'it does not have the keys of its tokens inline'));
}

const deprecatedAnnotation =
  /^(?:alpha\.istio\.io\/|sidecar\.istio\.io\/(?:discoveryAddress|extraStatTags|inject|stats(?:Compression|Inclusion\w+))$)/;

/** IST0135: no annotation of pods is one that Istio may stop reading: whether they get a proxy is a label now. */
export function deprecatedAnnotations(objects: Objects): Finding[] {
  return podSourcesOf(objects).flatMap(({ object, template }) =>
    Object.keys(template.metadata?.annotations ?? {})
      .filter((key) => deprecatedAnnotation.test(key))
      .map((key) => finding('IST0135', object, `the annotation ${key} is deprecated`)),
  );
}

/** IST0102: pods of the platform are in the mesh. */
export function injectedNamespaces(objects: Objects): Finding[] {
  const used = new Set(podSourcesOf(objects).map(({ object }) => object.metadata.namespace));
  return objects
    .filter(({ kind, metadata }) => kind === 'Namespace' && used.has(metadata.name))
    .filter(({ metadata: { labels } }) => labels?.['istio-injection'] !== 'enabled' && !labels?.['istio.io/rev'])
    .map((object) => finding('IST0102', object, 'its pods get no proxy'));
}

function destinationsOf(objects: Objects) {
  return ofKind(objects, 'VirtualService').flatMap((object: Typed<'VirtualService'>) =>
    (object.spec?.http ?? []).flatMap((http) =>
      (http.route ?? []).map(({ destination }) => ({
        object,
        host: destination.host,
        subset: destination.subset,
        port: destination.port?.number,
      })),
    ),
  );
}

function compiles(text: string): boolean {
  try {
    return new RegExp(text, 'u') instanceof RegExp;
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}

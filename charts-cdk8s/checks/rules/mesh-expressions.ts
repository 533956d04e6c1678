import { type Finding, finding, type Objects } from '../finding.ts';
import type { KubernetesObject } from '../kubernetes-object.ts';
import { ofKind } from '../typed-objects.ts';

/**
 * What the API server refuses of Istio's objects beyond their schemas: the expressions (CEL) in their CRDs, which no
 * published model evaluates. Those of the fields that are rendered here.
 * https://github.com/istio/api/blob/1.30.3/kubernetes/customresourcedefinitions.gen.yaml
 */
export function meshExpressions(objects: Objects): Finding[] {
  return [...durations(objects), ...entries(objects), ...policies(objects)];
}

/** Fields that are durations, by kind. `maxAge` and the like may be nothing elsewhere. */
const durationFields: Readonly<Record<string, readonly string[]>> = {
  DestinationRule: [
    'baseEjectionTime',
    'connectTimeout',
    'duration',
    'idleTimeout',
    'interval',
    'maxConnectionDuration',
    'time',
  ],
  RequestAuthentication: ['timeout'],
  Sidecar: ['connectTimeout', 'idleTimeout', 'interval', 'maxConnectionDuration', 'time'],
  Telemetry: ['reportingInterval'],
  VirtualService: ['backoff', 'fixedDelay', 'maxAge', 'perTryTimeout', 'timeout'],
};

function durations(objects: Objects): Finding[] {
  return objects
    .filter(({ apiVersion }) => /\.istio\.io\//.test(apiVersion))
    .flatMap((object) => {
      const names = durationFields[object.kind] ?? [];
      return fieldsOf(object.spec, 'spec').flatMap(({ name, path, value }) =>
        names.includes(name) && typeof value === 'string' && !isDuration(value)
          ? [refused(object, `${path}: '${value}' is no time of 1 ms or more`)]
          : [],
      );
    });
}

function entries(objects: Objects): Finding[] {
  return ofKind(objects, 'ServiceEntry').flatMap((object) => {
    const { hosts, addresses = [], endpoints, ports = [], resolution = 'NONE', workloadSelector } = object.spec;
    const numbers = ports.map(({ number }) => number);
    return [
      ...(hosts.includes('*') ? ['a host cannot be *'] : []),
      ...(addresses.some((address) => address.includes('/')) && !['NONE', 'STATIC'].includes(resolution)
        ? [`blocks of addresses are not for the resolution ${resolution}`]
        : []),
      ...(resolution === 'NONE' && endpoints ? ['the resolution NONE has no endpoints'] : []),
      ...(resolution === 'DNS_ROUND_ROBIN' && (endpoints?.length ?? 0) > 1 ? ['it has several endpoints'] : []),
      ...(workloadSelector && endpoints ? ['it has a selector and endpoints'] : []),
      ...(new Set(numbers).size < numbers.length ? ['two ports have one number'] : []),
    ].map((message) => refused(object, message));
  });
}

function policies(objects: Objects): Finding[] {
  return [
    ...[...ofKind(objects, 'AuthorizationPolicy'), ...ofKind(objects, 'RequestAuthentication')]
      .filter(({ spec }) => [spec?.selector, spec?.targetRef, spec?.targetRefs].filter(Boolean).length > 1)
      .map((object) => refused(object, 'it has a selector and targets')),
    ...ofKind(objects, 'RequestAuthentication').flatMap((object) =>
      (object.spec?.jwtRules ?? [])
        .filter(({ jwks, jwksUri }) => jwks !== undefined && jwksUri !== undefined)
        .map(({ issuer }) => refused(object, `${issuer} has keys and an address of keys`)),
    ),
    ...ofKind(objects, 'PeerAuthentication')
      .filter(({ spec }) => spec?.portLevelMtls && Object.keys(spec.selector?.matchLabels ?? {}).length === 0)
      .map((object) => refused(object, 'it sets ports, and selects no pods')),
  ];
}

function refused(object: KubernetesObject, message: string): Finding {
  return finding('kubernetes/expression', object, message);
}

interface Field {
  readonly path: string;
  readonly name: string;
  readonly value: unknown;
}

function fieldsOf(value: unknown, path: string): readonly Field[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, child]): readonly Field[] => {
    const place = Array.isArray(value) ? `${path}[${name}]` : `${path}.${name}`;
    return [{ path: place, name, value: child }, ...fieldsOf(child, place)];
  });
}

const milliseconds: Readonly<Record<string, number>> = { h: 3_600_000, m: 60_000, s: 1000, ms: 1 };

/** `1m30s`: as CEL reads it. */
function isDuration(text: string): boolean {
  if (!/^(?:\d+(?:\.\d+)?(?:h|ms|m|s))+$/.test(text)) return false;
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|h|m|s)/g)];
  return parts.reduce((sum, [, amount, unit = '']) => sum + Number(amount) * (milliseconds[unit] ?? 0), 0) >= 1;
}

import { type Finding, finding, type Objects } from '../finding.ts';
import { containersOf, matchesLabels, type PodSource, podLabelsOf, podSourcesOf } from '../pods.ts';
import { ofKind } from '../typed-objects.ts';

/** Ports of containers: a name of at most 15 characters, each name and number once in a pod. */
export function containerPorts(objects: Objects): Finding[] {
  return podSourcesOf(objects).flatMap((source) => {
    const ports = containersOf(source).flatMap((container) => container.ports ?? []);
    const names = ports.flatMap(({ name }) => name ?? []);
    const numbers = ports.map(({ containerPort, protocol }) => `${containerPort}/${protocol ?? 'TCP'}`);
    return [
      ...names.filter((name) => !isPortName(name)).map((name) => `'${name}' is not a name of a port`),
      ...repeated(names).map((name) => `two ports are called ${name}`),
      ...repeated(numbers).map((number) => `two ports are ${number}`),
      ...ports.filter(({ containerPort }) => !isPort(containerPort)).map((port) => `${port.containerPort} is no port`),
    ].map((message) => finding('kubernetes/port', source.object, message));
  });
}

/** Ports of a Service: named if there are two, each name and number once. */
export function servicePorts(objects: Objects): Finding[] {
  return ofKind(objects, 'Service').flatMap((object) => {
    const ports = object.spec?.ports ?? [];
    const names = ports.flatMap(({ name }) => name ?? []);
    const unnamed = ports.length > 1 && names.length < ports.length ? ['of several ports, each needs a name'] : [];
    return [
      ...unnamed,
      ...repeated(names).map((name) => `two ports are called ${name}`),
      ...repeated(ports.map(({ port, protocol }) => `${port}/${protocol ?? 'TCP'}`)).map((port) => `${port} is twice`),
      ...ports.filter(({ port }) => !isPort(port)).map(({ port }) => `${port} is no port`),
    ].map((message) => finding('kubernetes/port', object, message));
  });
}

/** What a Service sends its port to, a container of the pods that it selects listens on. */
export function targetPorts(objects: Objects): Finding[] {
  const sources = podSourcesOf(objects);
  return ofKind(objects, 'Service').flatMap((object) => {
    const selected = sources.filter(
      (source) =>
        source.object.metadata.namespace === object.metadata.namespace &&
        object.spec?.selector &&
        matchesLabels(object.spec.selector, podLabelsOf(source)),
    );
    return (object.spec?.ports ?? []).flatMap(({ port, targetPort = port }) =>
      selected
        .filter((source) => !hasPort(source, targetPort))
        .map((source) =>
          finding('reference/target-port', object, `${source.object.metadata.name} has no port ${targetPort}`),
        ),
    );
  });
}

/** A probe that names a port, names one of its container. */
export function probePorts(objects: Objects): Finding[] {
  return podSourcesOf(objects).flatMap((source) =>
    containersOf(source).flatMap(({ name, ports, readinessProbe, livenessProbe, startupProbe }) =>
      [readinessProbe, livenessProbe, startupProbe]
        .flatMap((probe) => probe?.httpGet?.port ?? probe?.tcpSocket?.port ?? [])
        .filter((port) => !(ports ?? []).some((own) => own.name === port || own.containerPort === port))
        .map((port) => finding('reference/probe-port', source.object, `container ${name} has no port ${port}`)),
    ),
  );
}

function hasPort(source: PodSource, wanted: string | number): boolean {
  return containersOf(source).some(({ ports }) =>
    (ports ?? []).some(({ name, containerPort }) => name === wanted || containerPort === wanted),
  );
}

/** IANA_SVC_NAME: at most 15 lower-case letters, digits and single hyphens, with a letter among them. */
function isPortName(name: string): boolean {
  return name.length <= 15 && /^[a-z0-9]+(-[a-z0-9]+)*$/.test(name) && /[a-z]/.test(name);
}

function isPort(port: number): boolean {
  return Number.isInteger(port) && port > 0 && port < 65_536;
}

function repeated(values: readonly string[]): readonly string[] {
  return values.filter((value, index) => values.indexOf(value) < index);
}

import { type Finding, finding, type Objects } from '../finding.ts';
import { containersOf, podSourcesOf, podSpecOf } from '../pods.ts';

/** Containers: at least one, each name once, each path mounted once, names of variables that a shell could read. */
export function containerFormats(objects: Objects): Finding[] {
  return podSourcesOf(objects).flatMap((source) => {
    const containers = containersOf(source);
    const names = containers.map(({ name }) => name);
    const none = (podSpecOf(source).containers ?? []).length === 0 ? ['it has no container'] : [];
    return [
      ...none,
      ...repeated(names).map((name) => `two containers are called ${name}`),
      ...containers.flatMap(({ name, env, volumeMounts }) => [
        ...repeated((volumeMounts ?? []).map(({ mountPath }) => mountPath)).map(
          (path) => `container ${name} mounts ${path} twice`,
        ),
        ...(env ?? [])
          .filter((variable) => !/^[A-Za-z_][A-Za-z0-9_]*$/.test(variable.name))
          .map((variable) => `container ${name}: '${variable.name}' is no name of a variable`),
        ...repeated((env ?? []).map((variable) => variable.name)).map(
          (variable) => `container ${name} sets ${variable} twice`,
        ),
        ...(env ?? [])
          .filter((variable) => variable.value !== undefined && variable.valueFrom !== undefined)
          .map((variable) => `container ${name}: ${variable.name} has a value and a source`),
      ]),
    ].map((message) => finding('kubernetes/container', source.object, message));
  });
}

/** What a container mounts is a volume of its pod, and each volume has one name. */
export function volumes(objects: Objects): Finding[] {
  return podSourcesOf(objects).flatMap((source) => {
    const declared = (podSpecOf(source).volumes ?? []).map(({ name }) => name);
    const mounted = containersOf(source).flatMap(({ volumeMounts }) => (volumeMounts ?? []).map(({ name }) => name));
    return [
      ...repeated(declared).map((name) =>
        finding('kubernetes/container', source.object, `two volumes are called ${name}`),
      ),
      ...mounted
        .filter((name) => !declared.includes(name))
        .map((name) => finding('reference/volume', source.object, `it mounts ${name}, and has no such volume`)),
    ];
  });
}

/**
 * Jobs end, so their pods may not be restarted for ever; other pods always are. A native sidecar is an init container
 * that is always restarted.
 */
export function restartPolicies(objects: Objects): Finding[] {
  return podSourcesOf(objects).flatMap((source) => {
    const policy = podSpecOf(source).restartPolicy ?? 'Always';
    const right = source.longRunning ? policy === 'Always' : policy !== 'Always';
    return right ? [] : [finding('kubernetes/restart-policy', source.object, `its pods cannot have ${policy}`)];
  });
}

function repeated(values: readonly string[]): readonly string[] {
  return values.filter((value, index) => values.indexOf(value) < index);
}

import { type KubernetesObject, labelOf } from './kubernetes-object.ts';
import { modelOf } from './models.ts';

/**
 * Checks an object against the schema of its kind, and refuses fields that the schema does not know.
 *
 * The published models hold no schema as data, only validators compiled from it, and those pass over unknown fields.
 * But a validator asks for each field that its schema names. So it is given the object behind a proxy that notes what
 * was asked for: a field that nobody asked for is unknown.
 * @returns what is wrong, each with the object and the path of the field; empty when nothing is
 */
export function schemaProblems(object: KubernetesObject): readonly string[] {
  const model = modelOf(object.apiVersion, object.kind);
  if (!model) return [`${labelOf(object)}: no schema for ${object.apiVersion} ${object.kind}`];
  const watched: Watched[] = [];
  // Copied, because a proxy may not stand for the values of a frozen object.
  const proxy = watch(structuredClone(object), '', watched);
  const problems: string[] = [];
  try {
    model.prototype.validate.call(proxy);
  } catch (error) {
    problems.push(error instanceof Error ? error.message : String(error));
  }
  for (const { path, value, asked } of watched) {
    const unknown = Object.keys(value).filter((key) => !asked.has(key));
    problems.push(...unknown.map((key) => `unknown field ${path ? `${path}.` : ''}${key}`));
  }
  return problems.map((problem) => `${labelOf(object)}: ${problem}`);
}

interface Watched {
  readonly path: string;
  readonly value: object;
  readonly asked: Set<string>;
}

function watch(value: unknown, path: string, watched: Watched[]): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const children = new Map<string, unknown>();
  const list = Array.isArray(value);
  const asked = new Set<string>();
  if (!list) watched.push({ path, value, asked });
  return new Proxy(value, {
    get(target, key) {
      const child: unknown = Reflect.get(target, key);
      if (typeof key !== 'string' || !Object.hasOwn(target, key)) return child;
      asked.add(key);
      const childPath = list ? `${path}[${key}]` : path ? `${path}.${key}` : key;
      if (!children.has(key)) children.set(key, watch(child, childPath, watched));
      return children.get(key);
    },
  });
}

import { Validator } from '@seriousme/openapi-schema-validator';
import type { Json, OpenApiDocument } from '../index.ts';

/** Every JSON object within a value, with the path that leads to it. */
function* objectsWithin(value: unknown, path = '#'): Generator<{ path: string; object: Json }> {
  if (typeof value !== 'object' || value === null) return;
  // An array or an object: both are read by key.
  yield { path, object: value as Json };
  for (const [key, inner] of Object.entries(value)) yield* objectsWithin(inner, `${path}/${key}`);
}

function resolves(document: OpenApiDocument, reference: string): boolean {
  let at: unknown = document;
  for (const key of reference.replace('#/', '').split('/')) {
    at = typeof at === 'object' && at !== null ? Reflect.get(at, key) : undefined;
  }
  return at !== undefined;
}

function brokenReferences(document: OpenApiDocument): string[] {
  return [...objectsWithin(document)].flatMap(({ path, object }) => {
    const reference = object['$ref'];
    return typeof reference !== 'string' || resolves(document, reference) ? [] : [`${path}: no ${reference}`];
  });
}

function brokenOperations(document: OpenApiDocument): string[] {
  const ids = new Set<unknown>();
  return Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).flatMap(([method, operation]) => {
      const problems: string[] = [];
      if (ids.has(operation['operationId'])) problems.push(`${method} ${path}: its operationId is taken`);
      ids.add(operation['operationId']);
      const declared = Array.isArray(operation['parameters']) ? operation['parameters'] : [];
      const names = declared.filter((parameter) => parameter.in === 'path').map(({ name }) => `{${name}}`);
      const wanted: string[] = path.match(/\{[^}]+\}/g) ?? [];
      if (names.toSorted().join() !== wanted.toSorted().join())
        problems.push(`${method} ${path}: declares ${names.join()}`);
      return problems;
    }),
  );
}

/** What is wrong with a document: by the schema of OpenAPI 3.1, and by those of its rules that no schema can say. */
export async function problemsOf(document: OpenApiDocument): Promise<string[]> {
  // The validator writes into what it checks.
  const { errors = [] } = await new Validator().validate(structuredClone(document));
  const broken =
    typeof errors === 'string' ? [errors] : errors.map(({ instancePath, message }) => `${instancePath}: ${message}`);
  return [...broken, ...brokenReferences(document), ...brokenOperations(document)];
}

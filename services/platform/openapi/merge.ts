import { isDeepStrictEqual } from 'node:util';
import { type Json, type OpenApiDocument, withReferences } from './types.ts';

type Components = OpenApiDocument['components'];
type Kind = keyof Components;
const kinds: readonly Kind[] = ['schemas', 'responses', 'securitySchemes'];

export interface MergeOptions {
  /** @default 'Ticketaka' */
  readonly title?: string;
  readonly description?: string;
}

/** Gives what is named as in an earlier document, but differs from it, a name with the service in front. */
function withoutClashes(document: OpenApiDocument, taken: Components): OpenApiDocument {
  const service = document.tags[0]?.name ?? document.info.title;
  const names = new Map<string, string>();
  for (const kind of kinds) {
    for (const [name, component] of Object.entries(document.components[kind])) {
      const earlier = taken[kind][name];
      if (earlier && !isDeepStrictEqual(earlier, component)) {
        names.set(`#/components/${kind}/${name}`, `#/components/${kind}/${service}.${name}`);
      }
    }
  }
  if (names.size === 0) return document;
  const renamed = withReferences(document, (reference) => names.get(reference) ?? reference);
  const rename = (kind: Kind) =>
    Object.fromEntries(
      Object.entries(renamed.components[kind]).map(([name, component]) => {
        const target = names.get(`#/components/${kind}/${name}`);
        return [target?.split('/').at(-1) ?? name, component];
      }),
    );
  const components = {
    schemas: rename('schemas'),
    responses: rename('responses'),
    securitySchemes: rename('securitySchemes'),
  };
  return { ...renamed, components };
}

/**
 * One document of many services.
 * @throws when two of them have the same path and method
 */
export function mergeDocuments(documents: readonly OpenApiDocument[], options: MergeOptions = {}): OpenApiDocument {
  const paths: Record<string, Record<string, Json>> = {};
  const components = {
    schemas: {} as Record<string, Json>,
    responses: {} as Record<string, Json>,
    securitySchemes: {} as Record<string, Json>,
  };
  for (const original of documents) {
    const document = withoutClashes(original, components);
    for (const kind of kinds) Object.assign(components[kind], document.components[kind]);
    for (const [path, operations] of Object.entries(document.paths)) {
      const known = (paths[path] ??= {});
      const clash = Object.keys(operations).find((method) => method in known);
      if (clash !== undefined) throw new Error(`two services answer ${clash.toUpperCase()} ${path}`);
      Object.assign(known, operations);
    }
  }
  return {
    openapi: '3.1.0',
    info: {
      title: options.title ?? 'Ticketaka',
      version: '1.0.0',
      ...(options.description !== undefined && { description: options.description }),
    },
    servers: documents[0]?.servers ?? [{ url: '/' }],
    tags: documents.flatMap(({ tags }) => tags),
    paths,
    components,
  };
}

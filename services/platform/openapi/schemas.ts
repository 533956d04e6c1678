import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { type Json, withReferences } from './types.ts';

/** Formats whose regular expression says no more to a reader than their name does. */
const namedFormats: ReadonlySet<unknown> = new Set([
  'uuid',
  'email',
  'date',
  'time',
  'date-time',
  'uri',
  'ipv4',
  'ipv6',
]);

type Override = NonNullable<NonNullable<Parameters<typeof z.toJSONSchema>[1]>['override']>;

const tidy: Override = ({ zodSchema, jsonSchema }) => {
  const { def } = zodSchema._zod;
  if (def.type === 'date') Object.assign(jsonSchema, { type: 'string', format: 'date-time' });
  // A response may gain fields later, so it does not promise to have no others; a strict object has a catchall.
  if (def.type === 'object' && !('catchall' in def && def.catchall)) delete jsonSchema.additionalProperties;
  if (namedFormats.has(jsonSchema.format)) delete jsonSchema.pattern;
  if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
};

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null;
}

function direct(reference: string): string {
  return reference.replace('#/$defs/', '#/components/schemas/');
}

/** Turns zod schemas into JSON Schema 2020-12, and keeps those with an id (`.meta({ id })`) as shared components. */
export class SchemaCollector {
  readonly components: Record<string, Json> = {};

  /** What the client must send (`input`) or gets (`output`), with references to the components. */
  convert(schema: z.ZodType, io: 'input' | 'output'): Json {
    const { $schema: _, $defs, ...root }: Json = z.toJSONSchema(schema, { io, unrepresentable: 'any', override: tidy });
    const definitions = isObject($defs) ? $defs : {};
    const names = this.#names(definitions, io);
    const renamed = (reference: string) => {
      const name = reference.replace('#/$defs/', '');
      return `#/components/schemas/${names.get(name) ?? name}`;
    };
    for (const [name, definition] of Object.entries(definitions)) {
      if (!isObject(definition)) continue;
      const { id: __, ...component } = definition;
      this.components[names.get(name) ?? name] = withReferences(component, renamed);
    }
    const { id: ___, ...own } = root;
    return withReferences(own, renamed);
  }

  /** The properties of an object schema, each with whether it must be given. */
  properties(schema: z.ZodObject, io: 'input' | 'output'): { name: string; schema: Json; required: boolean }[] {
    const converted = this.#resolve(this.convert(schema, io));
    const required = Array.isArray(converted['required']) ? converted['required'] : [];
    const properties = isObject(converted['properties']) ? converted['properties'] : {};
    return Object.entries(properties).map(([name, property]) => ({
      name,
      schema: isObject(property) ? property : {},
      required: required.includes(name),
    }));
  }

  #resolve(schema: Json): Json {
    const reference = schema['$ref'];
    if (typeof reference !== 'string') return schema;
    return this.components[reference.replace('#/components/schemas/', '')] ?? schema;
  }

  /** One id may look different on its way in and out (a default, a transform): the way in then gets its own name. */
  #names(definitions: Json, io: 'input' | 'output'): Map<string, string> {
    const names = new Map<string, string>();
    for (const [name, definition] of Object.entries(definitions)) {
      const known = this.components[name];
      if (!known || !isObject(definition)) continue;
      const { id: _, ...component } = definition;
      if (!isDeepStrictEqual(known, withReferences(component, direct))) names.set(name, `${name}.${io}`);
    }
    return names;
  }
}

import * as fc from 'fast-check';
import { z } from 'zod';

/** Values that mean something to the platform, by the name of the field: the id of a member who exists. */
export type Known = Readonly<Record<string, readonly unknown[]>>;

interface Schema {
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, Schema>>;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly type?: string;
  readonly format?: string;
  readonly pattern?: string;
  readonly examples?: readonly unknown[];
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly items?: Schema;
  readonly prefixItems?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Schema | boolean;
}

const longest = 40;
const mostItems = 3;

/**
 * Values that a zod schema takes, nearly always: what it only checks in code (`refine`) is not in its JSON Schema, from
 * which they are made. Fields with known values get one of them three times in four.
 */
export function validFor(schema: z.ZodType, known: Known): fc.Arbitrary<unknown> {
  // What zod writes is JSON Schema 2020-12; only the words that it writes for our schemas are read here.
  const root = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Schema;
  return new Maker(root.$defs ?? {}, known).of(root);
}

class Maker {
  readonly #definitions: Readonly<Record<string, Schema>>;
  readonly #known: Known;

  constructor(definitions: Readonly<Record<string, Schema>>, known: Known) {
    this.#definitions = definitions;
    this.#known = known;
  }

  of(schema: Schema): fc.Arbitrary<unknown> {
    const { $ref, anyOf, oneOf, allOf, examples } = schema;
    if ($ref !== undefined) return this.of(this.#definition($ref));
    if ('const' in schema) return fc.constant(schema.const);
    if (schema.enum) return fc.constantFrom(...schema.enum);
    const choices = anyOf ?? oneOf;
    if (choices) return fc.oneof(...choices.map((choice) => this.of(choice)));
    if (allOf) return this.of(Object.assign({}, ...allOf));
    const made = this.#ofType(schema);
    return examples ? fc.oneof(made, fc.constantFrom(...examples)) : made;
  }

  #definition(reference: string): Schema {
    const found = this.#definitions[reference.replace('#/$defs/', '')];
    if (!found) throw new Error(`there is no definition ${reference}`);
    return found;
  }

  #ofType(schema: Schema): fc.Arbitrary<unknown> {
    switch (schema.type) {
      case 'string':
        return text(schema);
      case 'integer':
        return fc.integer(bounds(schema));
      case 'number':
        return fc.double({ min: schema.minimum ?? -1e9, max: schema.maximum ?? 1e9, noNaN: true });
      case 'boolean':
        return fc.boolean();
      case 'null':
        return fc.constant(null);
      case 'array':
        return this.#array(schema);
      case 'object':
        return this.#object(schema);
      default:
        return fc.jsonValue({ maxDepth: 2 });
    }
  }

  #array({ prefixItems, items = {}, minItems = 0, maxItems = mostItems }: Schema): fc.Arbitrary<unknown> {
    if (prefixItems) return fc.tuple(...prefixItems.map((item) => this.of(item)));
    const maxLength = Math.min(maxItems, Math.max(minItems, mostItems));
    return fc.array(this.of(items), { minLength: minItems, maxLength });
  }

  #object({ properties = {}, required = [], additionalProperties }: Schema): fc.Arbitrary<unknown> {
    if (typeof additionalProperties === 'object' && Object.keys(properties).length === 0) {
      return fc.dictionary(fc.string({ maxLength: 8 }), this.of(additionalProperties), { maxKeys: mostItems });
    }
    const fields = Object.entries(properties).map(([name, schema]) => [name, this.#field(name, schema)] as const);
    return fc.record(Object.fromEntries(fields), { requiredKeys: [...required], noNullPrototype: true });
  }

  #field(name: string, schema: Schema): fc.Arbitrary<unknown> {
    const known = this.#known[name];
    if (!known || known.length === 0) return this.of(schema);
    return fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...known) }, { weight: 1, arbitrary: this.of(schema) });
  }
}

function bounds({ minimum = -1_000_000, maximum = 1_000_000 }: Schema) {
  return { min: Math.max(minimum, Number.MIN_SAFE_INTEGER), max: Math.min(maximum, Number.MAX_SAFE_INTEGER) };
}

const day = fc.date({ min: new Date('1900-01-01'), max: new Date('2100-01-01'), noInvalidDate: true });

function text({ format, pattern, minLength = 0, maxLength = longest }: Schema): fc.Arbitrary<string> {
  switch (format) {
    case 'uuid':
      return fc.uuid();
    case 'email':
      return fc.emailAddress();
    case 'date':
      return day.map((date) => date.toISOString().slice(0, 10));
    case 'date-time':
      return day.map((date) => date.toISOString());
    case 'uri':
      return fc.webUrl();
    default:
  }
  if (pattern !== undefined) return fc.stringMatching(new RegExp(pattern, 'u'));
  const length = { minLength, maxLength: Math.min(maxLength, Math.max(minLength, longest)) };
  return fc.oneof(fc.string({ unit: 'grapheme-ascii', ...length }), fc.string({ unit: 'grapheme', ...length }));
}

/** A JSON object of an OpenAPI document. */
export type Json = { [key: string]: unknown };

// A type, not an interface: it must be assignable to a record of unknown values.
export type OpenApiDocument = {
  readonly openapi: '3.1.0';
  readonly info: { readonly title: string; readonly version: string; readonly description?: string };
  readonly servers: readonly { readonly url: string }[];
  readonly tags: readonly { readonly name: string; readonly description: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, Json>>>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, Json>>;
    readonly responses: Readonly<Record<string, Json>>;
    readonly securitySchemes: Readonly<Record<string, Json>>;
  };
};

/** Copies a JSON value and gives each `$ref` in it a new target. */
export function withReferences<T>(value: T, target: (reference: string) => string): T {
  const copy = (part: unknown): unknown => {
    if (Array.isArray(part)) return part.map(copy);
    if (typeof part !== 'object' || part === null) return part;
    return Object.fromEntries(
      Object.entries(part).map(([key, inner]) => [
        key,
        key === '$ref' && typeof inner === 'string' ? target(inner) : copy(inner),
      ]),
    );
  };
  // The copy has the shape of the original; only strings under `$ref` differ.
  return copy(value) as T;
}

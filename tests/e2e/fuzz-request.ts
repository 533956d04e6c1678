import { isContent, isJsonType, type Route, requestType } from '@ticketaka/platform/contract';
import * as fc from 'fast-check';
import {
  brokenBytes,
  oddContentTypes,
  oddHeaders,
  oddQueries,
  oddSegments,
  oddText,
  oddTexts,
  spoiled,
} from './fuzz-oddities.ts';
import { type Known, validFor } from './fuzz-schema.ts';

/** The parts of a request that can be wrong. */
const parts = ['path', 'query', 'headers', 'cookies', 'body', 'bytes', 'type', 'size'] as const;
export type Part = (typeof parts)[number];

export interface FuzzRequest {
  readonly method: string;
  /** As it stands in the request line. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Buffer;
  /** Sent in chunks, without a length. */
  readonly chunked: boolean;
  /** What was made wrong; nothing, where it is as the route declares it. */
  readonly wrong: Part | undefined;
}

type Headers = Readonly<Record<string, string>>;

/** Requests to a route: one in four as its schemas say, the others with one part of them wrong. */
export function requestsTo(route: Route, known: Known): fc.Arbitrary<FuzzRequest> {
  const possible = parts.filter((part) => isPossible(part, route));
  const choose = fc.oneof(
    { weight: 1, arbitrary: fc.constant(undefined) },
    { weight: 3, arbitrary: fc.constantFrom(...possible) },
  );
  return choose.chain((wrong) =>
    fc
      .record({
        path: path(route, { known, odd: wrong === 'path' }),
        query: query(route, { known, odd: wrong === 'query' }),
        headers: headers(route, { known, odd: wrong === 'headers' }),
        cookies: cookies(route, { known, odd: wrong === 'cookies' }),
        body: body(route, { known, wrong }),
        chunked: fc.integer({ min: 0, max: 9 }).map((of10) => of10 === 0),
      })
      .map((made) => ({
        method: route.method,
        target: made.query === '' ? made.path : `${made.path}?${made.query}`,
        headers: { ...made.body.headers, ...made.cookies, ...made.headers },
        ...(made.body.bytes && { body: made.body.bytes }),
        chunked: made.chunked && made.body.bytes !== undefined,
        wrong,
      })),
  );
}

function isPossible(part: Part, route: Route): boolean {
  if (part === 'path') return route.fullPath.includes('{');
  if (part === 'cookies') return route.cookies !== undefined;
  if (part === 'body' || part === 'size') return route.body !== undefined;
  return true;
}

interface PartOptions {
  readonly known: Known;
  readonly odd: boolean;
}

function path({ fullPath, params }: Route, { known, odd }: PartOptions): fc.Arbitrary<string> {
  const names = [...fullPath.matchAll(/\{([^}*]+)\*?\}/g)].map(([, name = '']) => name);
  const valid = params ? validFor(params, known) : fc.record(Object.fromEntries(names.map((name) => [name, oddText])));
  const filled = valid.map((values) => names.map((name) => encode(String(Reflect.get(Object(values), name)))));
  const plain = filled.filter((segments) => segments.every((segment) => plainSegment.test(segment)));
  const segments = odd ? fc.tuple(filled, fc.nat(names.length), oddSegment).map(replaceOne) : plain;
  return segments.map((given) => {
    let next = 0;
    return fullPath.replaceAll(/\{[^}]+\}/g, () => given[next++] ?? '');
  });
}

/** What no proxy reads as anything but a name. */
const plainSegment = /^[\w-][\w.~-]*$/;

const oddSegment = fc.oneof(fc.constantFrom(...oddSegments), oddText.map(encode));

function replaceOne([segments, at, by]: readonly [readonly string[], number, string]): readonly string[] {
  return segments.map((segment, place) => (place === at % segments.length ? by : segment));
}

/** As bytes of UTF-8, so that half a character does not stop it. */
function encode(text: string): string {
  return Buffer.from(text)
    .toString('latin1')
    .replaceAll(/[^\w.~-]/g, (byte) => `%${byte.charCodeAt(0).toString(16).padStart(2, '0')}`)
    .slice(0, 6000);
}

function query({ query: schema }: Route, { known, odd }: PartOptions): fc.Arbitrary<string> {
  const valid = schema ? validFor(schema, known) : fc.constant({});
  const plain = valid.map((values) => pairs(Object.entries(Object(values))));
  if (!odd) return plain;
  const names = Object.keys(schema?.shape ?? {});
  const name = fc.oneof(fc.constantFrom('x', '__proto__', ...names), oddText);
  const extra = fc.array(fc.tuple(name, oddText), { minLength: 1, maxLength: 3 });
  return fc.oneof(
    fc.tuple(plain, extra).map(([start, more]) => [start, pairs(more)].filter(Boolean).join('&')),
    extra.map(pairs),
    fc.tuple(plain, fc.constantFrom(...oddQueries)).map(([start, raw]) => `${start}&${raw}`),
    plain.map((twice) => `${twice}&${twice}`),
  );
}

const pairs = (entries: readonly (readonly [string, unknown])[]) =>
  entries.map(([name, value]) => `${encode(name)}=${encode(String(value))}`).join('&');

function headers({ ifMatch, idempotent }: Route, { known, odd }: PartOptions): fc.Arbitrary<Headers> {
  const tags = fc.constantFrom(...(known['ifMatch'] ?? ['"v1"'])).map((tag) => ({ 'if-match': String(tag) }));
  const keys = fc.uuid().map((key) => ({ 'idempotency-key': key }));
  const usual: fc.Arbitrary<Headers> = fc
    .tuple(ifMatch ? tags : fc.constant({}), idempotent ? keys : fc.constant({}))
    .map((all) => Object.assign({}, ...all));
  if (!odd) return usual;
  const some = fc.array(fc.constantFrom(...oddHeaders), { minLength: 1, maxLength: 2 });
  return fc.tuple(usual, some, fc.boolean()).map(([start, more, keep]) => ({
    ...(keep && start),
    ...Object.fromEntries(more),
  }));
}

function cookies({ cookies: schema }: Route, { known, odd }: PartOptions): fc.Arbitrary<Headers> {
  if (!schema) return fc.constant({});
  const valid = validFor(schema, known);
  const values = odd ? fc.tuple(valid, oddText).map(([given, text]) => mapped(Object(given), text)) : valid;
  return values.map((given) => {
    const made = Object.entries(Object(given)).map(([name, value]) => `${name}=${encode(String(value))}`);
    return made.length === 0 ? {} : { cookie: made.join('; ') };
  });
}

const mapped = (values: object, text: string) => Object.fromEntries(Object.keys(values).map((name) => [name, text]));

interface Body {
  readonly bytes?: Buffer;
  readonly headers: Headers;
}

function body(
  route: Route,
  { known, wrong }: { readonly known: Known; readonly wrong: Part | undefined },
): fc.Arbitrary<Body> {
  const { body: spec, maxBodyBytes = 65_536 } = route;
  // Without a declared body, any is wrong.
  if (!spec) return wrong === 'bytes' || wrong === 'type' ? unwanted : fc.constant({ headers: {} });
  const declared = requestType(spec);
  const type = declared.replace('*', 'png');
  if (wrong === 'size') {
    return fc.constant({ bytes: Buffer.alloc(maxBodyBytes + 1, ' '), headers: { 'content-type': type } });
  }
  const schema = isContent(spec) ? spec.schema : spec;
  const isJson = isJsonType(declared);
  const valid = isJson ? validFor(schema, known) : fc.constantFrom(...(known[declared] ?? oddTexts));
  const value = wrong !== 'body' ? valid : isJson ? spoiled(valid) : oddText;
  const plain = value.map((given) => toBytes(given, isJson));
  const bytes = wrong === 'bytes' ? fc.tuple(plain, breaking).map(([given, spoil]) => spoil(given)) : plain;
  const types = wrong === 'type' ? oddType : fc.constant<Headers>({ 'content-type': type });
  return fc.tuple(bytes, types).map(([given, ofType]) => ({ bytes: given, headers: ofType }));
}

const breaking = fc.constantFrom(...Object.keys(brokenBytes)).map((name) => brokenBytes[name] ?? ((as: Buffer) => as));

const oddType: fc.Arbitrary<Headers> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc
      .constantFrom(...oddContentTypes)
      .map((type): Headers => (type === undefined ? {} : { 'content-type': type })),
  },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom('gzip', 'br', 'identity, gzip', 'x')
      .map((encoding): Headers => ({ 'content-type': 'application/json', 'content-encoding': encoding })),
  },
);

const unwanted = fc
  .tuple(fc.constantFrom('{}', '[', 'x'.repeat(100_000)), oddType)
  .map(([text, headersOfType]): Body => ({ bytes: Buffer.from(text), headers: headersOfType }));

function toBytes(value: unknown, isJson: boolean): Buffer {
  if (value instanceof Uint8Array) return Buffer.from(value);
  if (!isJson) return Buffer.from(String(value));
  // Undefined where the whole value was taken away.
  return Buffer.from(JSON.stringify(value) ?? '');
}

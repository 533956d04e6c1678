import * as fc from 'fast-check';

/** What people, broken clients and attackers put where something else is meant. */

export const oddTexts = [
  '',
  ' ',
  '\0',
  'a\0b',
  '\u0001\u0008\u001b[31m\u007f\u0085',
  '\r\nset-cookie: a=b',
  '\u202e\u2066gnp.exe\u200f',
  '\ufeff',
  '\u2028\u2029',
  '\ufdfa\ufffe\uffff',
  'e\u0301\u0327'.repeat(60),
  '\ud800',
  'x\udc00y',
  '😀'.repeat(200),
  'ﷺ'.repeat(300),
  'x'.repeat(70),
  'x'.repeat(20_000),
  'NaN',
  '-Infinity',
  '1e999',
  '0x10',
  '-0',
  ' 7 ',
  '１２',
  '9007199254740993',
  '99999999999999999999999',
  'null',
  'undefined',
  'true',
  '__proto__',
  'constructor',
  'toString',
  '[object Object]',
  "' OR 1=1 --",
  '%_\\',
  '"><script>alert(1)</script>',
  '${7*7}{{7*7}}',
  '../../../../etc/passwd',
  '00000000-0000-0000-0000-000000000000',
  'FFFFFFFF-FFFF-4FFF-BFFF-FFFFFFFFFFFF',
  'a@b.c,d@e.f',
  '"a b"@example.com',
  'é@xn--e1afmkfd.example',
  'http://127.0.0.1:1/',
  'javascript:alert(1)',
  '0000-01-01',
  '2026-02-30',
  '9999-12-31',
  '9999-12-31T23:59:59.999-23:59',
  '+275760-09-13T00:00:00Z',
  '1970-01-01T00:00:00.0000000000000000000000000001Z',
] as const;

const oddOthers: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  0.1,
  1e308,
  5e-324,
  2 ** 31,
  2 ** 53,
  -(2 ** 63),
  [],
  {},
  [[]],
  [null],
  { length: 1e9 },
  { toString: null },
  { $ne: null },
];

function nested(depth: number): unknown {
  let value: unknown = 'deep';
  for (let level = 0; level < depth; level += 1) value = level % 2 === 0 ? [value] : { value };
  return value;
}

/** An object with this key of its own, which an assignment to `__proto__` would not make. */
function having(target: object, key: string, value: unknown): object {
  return Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
}

export const oddText: fc.Arbitrary<string> = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...oddTexts) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 100 }) },
);

const odd: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 4, arbitrary: oddText },
  { weight: 3, arbitrary: fc.constantFrom(...oddOthers) },
  { weight: 1, arbitrary: fc.constantFrom(50, 2000).map(nested) },
  { weight: 1, arbitrary: fc.array(oddText, { minLength: 1, maxLength: 3 }) },
  { weight: 1, arbitrary: fc.constantFrom(1000).map((length) => Array.from({ length }, () => 'a')) },
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
);

const oddKey = fc.constantFrom('__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'then', '', '0');

type Change = 'replace' | 'remove' | 'add' | 'wrap';
const changes: readonly Change[] = ['replace', 'replace', 'replace', 'remove', 'add', 'wrap'];

/** A value of which one or two parts, wherever they are, were replaced, taken away, wrapped in a list or added to. */
export function spoiled(valid: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  const spot = fc.record({ change: fc.constantFrom(...changes), at: fc.nat(1000), value: odd, key: oddKey });
  return fc.tuple(valid, fc.array(spot, { minLength: 1, maxLength: 2 })).map(([value, spots]) => {
    // As a request would carry it: without what JSON cannot say.
    let result: unknown = structuredClone(value);
    for (const { change, at, ...to } of spots) {
      const paths = pathsOf(result);
      result = changed(result, paths[at % paths.length] ?? [], structuredClone({ change, ...to }));
    }
    return result;
  });
}

function pathsOf(value: unknown, at: readonly string[] = []): (readonly string[])[] {
  // Deep enough for every schema; what is deeper was put there.
  if (typeof value !== 'object' || value === null || at.length > 8) return [at];
  return [at, ...Object.entries(value).flatMap(([key, part]) => pathsOf(part, [...at, key]))];
}

interface Spot {
  readonly change: Change;
  readonly value: unknown;
  readonly key: string;
}

function changed(target: unknown, [key, ...rest]: readonly string[], spot: Spot): unknown {
  if (key === undefined) {
    if (spot.change === 'add') return addedTo(target, spot);
    return spot.change === 'wrap' ? [target] : spot.value;
  }
  if (typeof target !== 'object' || target === null) return target;
  if (rest.length === 0 && spot.change === 'remove') Reflect.deleteProperty(target, key);
  else having(target, key, changed(Reflect.get(target, key), rest, spot));
  return target;
}

function addedTo(target: unknown, { key, value }: Spot): unknown {
  if (typeof target !== 'object' || target === null) return value;
  return having(target, key, key === 'constructor' ? { prototype: { polluted: value } } : value);
}

const byteOrderMark = Buffer.from([0xef, 0xbb, 0xbf]);
const at = (body: Buffer, part: number) => Math.floor(body.length * part);

/** Bytes that are hardly JSON or text any more. */
export const brokenBytes: Readonly<Record<string, (body: Buffer) => Buffer>> = {
  'nothing at all': () => Buffer.alloc(0),
  'the first half': (body) => body.subarray(0, at(body, 0.5)),
  'a byte order mark in front': (body) => Buffer.concat([byteOrderMark, body]),
  'twice the same': (body) => Buffer.concat([body, body]),
  'a NUL in the middle': (body) => Buffer.concat([body.subarray(0, at(body, 0.5)), Buffer.from([0]), body]),
  'bytes that are no UTF-8': (body) => Buffer.from(body.toString().replace(/\w/g, 'ÿ'), 'latin1'),
  'half a character in the middle': (body) =>
    Buffer.concat([body.subarray(0, at(body, 0.5)), Buffer.from([0xed, 0xa0, 0x80]), body.subarray(at(body, 0.5))]),
  'UTF-16': (body) => Buffer.from(`\ufeff${body.toString()}`, 'utf16le'),
  'every number too large': (body) => Buffer.from(body.toString().replaceAll(/\b\d+\b/g, '1e999')),
  'NaN for every number': (body) => Buffer.from(body.toString().replaceAll(/\b\d+\b/g, 'NaN')),
  'a comma too many': (body) => Buffer.from(body.toString().replace(/\}$/, ',}')),
  'a key twice': (body) => Buffer.from(body.toString().replace(/^\{("[^"]*":)/, '{$1null,$1')),
  'a prototype in front': (body) => Buffer.from(body.toString().replace(/^\{/, '{"__proto__":{"polluted":true},')),
  'brackets without end': () => Buffer.from('['.repeat(30_000)),
  'objects without end': () => Buffer.from('{"a":'.repeat(10_000)),
  'brackets to a great depth': () => Buffer.from(`${'['.repeat(30_000)}${']'.repeat(30_000)}`),
  'a form': () => Buffer.from('email=a%40example.com&password=x'),
  'a JSON text that is no object': () => Buffer.from('"text"'),
};

/** Ends of a path that percent-encoding can say and text cannot, or that mean something to a path. */
export const oddSegments = [
  '%ff',
  '%ED%A0%80',
  '%',
  '%zz',
  '%00',
  '%0d%0aset-cookie:%20a=b',
  '%E2%80%AE',
  '.',
  '..',
  '%2e%2e',
  'a%2fb',
  'a%5cb',
  ';x=1',
  '{id}',
  '*',
  'a'.repeat(5000),
  '%25',
  '+',
] as const;

export const oddQueries = [
  '?',
  '&&&',
  '=',
  '=&=',
  '%',
  'limit=%ff',
  '%ff=%ff',
  'limit[]=1&limit[]=2',
  'query[toString]=1',
  '__proto__=1&__proto__[x]=1',
  'constructor[prototype][x]=1&hasOwnProperty=1&toString=1',
  'a=1&'.repeat(1500),
  `query=${'%F0%9F%98%80'.repeat(500)}`,
  `x=${'y'.repeat(8000)}`,
] as const;

/** Headers that change what a request means, with what should not be in them. */
export const oddHeaders: readonly (readonly [name: string, value: string])[] = [
  ['accept-language', `${'ko;q=0.5,'.repeat(300)}en;q=NaN`],
  ['accept-language', '\xff\xfe'],
  ['accept-encoding', 'br;q=NaN, gzip;q=-1, *;q=1e999'],
  ['accept', 'text/html;q=0'],
  ['if-match', '*'],
  ['if-match', 'v1'],
  ['if-match', '"v1'],
  ['if-match', 'W/"v1", "v2"'],
  ['if-match', '"'.repeat(6000)],
  ['if-none-match', '*'],
  ['if-none-match', 'W/"'.repeat(2000)],
  ['if-modified-since', 'yesterday'],
  ['if-modified-since', 'Fri, 31 Dec 9999 23:59:59 GMT'],
  ['range', 'bytes=5-1,-0'],
  ['idempotency-key', '\xff'.repeat(300)],
  ['x-request-id', '../../x'.repeat(500)],
  ['traceparent', '00-00000000000000000000000000000000-0000000000000000-zz'],
  ['tracestate', 'a=b,'.repeat(600)],
  ['user-agent', '\xf0\x9f\x98\x80'.repeat(1000)],
  ['cookie', `${'a=b; '.repeat(500)}__proto__=x; =; ;;`],
  ['cookie', 'ticketaka_refresh=%ff%00; ticketaka_refresh="; constructor=%'],
  ['x-forwarded-for', `${'1.2.3.4, '.repeat(200)}::ffff:zz, "_x", unknown`],
  ['x-forwarded-for', '\xff'],
  ['content-language', '\xff'],
];

/** What a body may call itself, apart from what it is. */
export const oddContentTypes = [
  undefined,
  '',
  '/',
  'text/plain',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
  'application/json; charset=utf-16',
  'application/json; charset=x-unknown',
  'APPLICATION/JSON; Charset="UTF-8"',
  'application/json; a=b; c=d',
  'application/vnd.api+json',
  'application/json, text/plain',
  'application/octet-stream',
  'image/svg+xml',
  `application/json;${' '.repeat(3000)}x`,
] as const;

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import type { Caller } from './caller.ts';
import { addPerformance, buildHouse, type House, newPerformance, newSession, newVenue, smallMap } from './house.ts';
import { type PerformancesServer, startPerformances } from './performances-server.ts';

let server: PerformancesServer;
let organizer: Caller;
let house: House;
let performanceId: string;
beforeAll(async () => {
  server = await startPerformances();
  organizer = server.caller(['organizer']);
  house = await buildHouse(organizer);
  performanceId = (await addPerformance(organizer, house)).id;
}, 60_000);
afterAll(() => server[Symbol.asyncDispose]());

const text = fc.oneof(
  fc.string({ unit: 'binary', minLength: 1, maxLength: 250 }),
  fc.constantFrom('', ' ', '\0', '😀'.repeat(100), '\ud800', 'x'.repeat(200), 'http://a/'.padEnd(3000, 'a'), '%00'),
);
const odd = fc.oneof(
  text,
  fc.constantFrom(
    null,
    true,
    -1,
    0,
    1e308,
    5e-324,
    2 ** 53,
    [],
    {},
    '9999-12-31',
    '0000-01-01',
    '9999-12-31T23:59:59-23:59',
  ),
  fc.array(text, { maxLength: 3 }),
);

/** The body with one or two of its values replaced, wherever they are. */
function spoiled(body: object): fc.Arbitrary<unknown> {
  const paths = pathsOf(body);
  const change = fc.record({ path: fc.constantFrom(...paths), value: odd });
  return fc.array(change, { minLength: 1, maxLength: 2 }).map((changes) => {
    const copy: unknown = structuredClone(body);
    for (const { path, value } of changes) put(copy, path, value);
    return copy;
  });
}

function pathsOf(value: unknown, at: readonly string[] = []): (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [at];
  return Object.entries(value).flatMap(([key, part]) => [[...at, key], ...pathsOf(part, [...at, key])]);
}

function put(target: unknown, [key = '', ...rest]: readonly string[], value: unknown) {
  if (typeof target !== 'object' || target === null) return;
  if (rest.length === 0) Reflect.set(target, key, value);
  else put(Reflect.get(target, key), rest, value);
}

describe('odd input', () => {
  it.each([
    ['/venues', () => newVenue],
    ['/performances', () => ({ ...newPerformance, venueId: house.venue.id })],
    ['/performances/{performanceId}/sessions', () => newSession(house)],
    ['/halls/{hallId}/seat-maps', () => ({ name: '기본', map: smallMap })],
  ])('to %s is taken, or refused with the reason', async (template, body) => {
    const path = template.replace('{performanceId}', performanceId).replace('{hallId}', house.hall.id);
    await fc.assert(
      fc.asyncProperty(spoiled(body()), async (given) => {
        const { status, body: answer } = await organizer.send('POST', path, { body: given });
        // With what was sent, for whoever has to find out why.
        const seen = { given: JSON.stringify(given), status, code: answer['code'] };
        expect(seen).toEqual({
          ...seen,
          status: Math.min(status, 499),
          code: status === 201 ? undefined : expect.any(String),
        });
      }),
      { numRuns: 100 },
    );
  });
});

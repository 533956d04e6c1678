import * as fc from 'fast-check';

/** Units of the sessions that are asked about. */
export const unitCount = 42;

const unit = fc.nat({ max: unitCount });
const unitSet = (size: number) => fc.uniqueArray(unit, { minLength: size, maxLength: size });
const someUnits = fc.uniqueArray(unit, { minLength: 1, maxLength: 5 });
const hold = { hold: fc.nat({ max: 9 }), member: fc.nat({ max: 3 }), ttl: fc.integer({ min: 1, max: 40 }) };
const name = { ...hold, seqKnown: fc.boolean(), stranger: fc.nat({ max: 9 }) };
const oldEpoch = fc.nat({ max: 19 });
const holdRequest = {
  ...hold,
  oldEpoch,
  hash: fc.nat({ max: 8 }),
  offer: fc.option(fc.nat({ max: 3 }), { nil: undefined }),
  candidates: fc.integer({ min: 1, max: 4 }).chain((size) => fc.array(unitSet(size), { minLength: 1, maxLength: 3 })),
};

const rangesRequest = {
  ...hold,
  oldEpoch,
  quantity: fc.integer({ min: 1, max: 9 }),
  ranges: fc.constantFrom(
    [[0, 41]],
    [[3, 17]],
    [
      [20, 30],
      [0, 9],
    ],
    [[18, 60]],
    [[5, 5]],
    [],
  ) as fc.Arbitrary<[number, number][]>,
};

/** Something that is asked of the image of a session, or happens to it. */
export const command = fc.oneof(
  {
    weight: 40,
    arbitrary: fc.record({ do: fc.constant('hold' as const), ...holdRequest }),
  },
  {
    weight: 15,
    arbitrary: fc.record({
      do: fc.constant('holdAll' as const),
      requests: fc.array(fc.oneof(fc.record(holdRequest), fc.record(rangesRequest)), { minLength: 1, maxLength: 6 }),
    }),
  },
  { weight: 20, arbitrary: fc.record({ do: fc.constant('holdAny' as const), ...rangesRequest }) },
  ...(['release', 'get', 'extend', 'pin', 'unpin', 'settle'] as const).map((what) => ({
    weight: 10,
    arbitrary: fc.record({ do: fc.constant(what), ...name }),
  })),
  {
    weight: 15,
    arbitrary: fc.record({
      do: fc.constant('free' as const),
      oldEpoch,
      units: someUnits,
      guard: fc.nat({ max: 3 }),
      member: hold.member,
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({ do: fc.constantFrom('block' as const, 'unblock' as const), oldEpoch, units: someUnits }),
  },
  {
    weight: 15,
    arbitrary: fc.record({
      do: fc.constant('offer' as const),
      oldEpoch,
      offer: fc.nat({ max: 3 }),
      member: hold.member,
      ttl: hold.ttl,
      units: someUnits,
      claimsEnded: fc.boolean(),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('withdraw' as const),
      oldEpoch,
      offer: fc.nat({ max: 3 }),
      keep: fc.boolean(),
      unlessHeld: fc.option(someUnits, { nil: undefined }),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('merge' as const),
      oldEpoch,
      units: someUnits,
      member: hold.member,
      blocked: fc.boolean(),
    }),
  },
  { weight: 20, arbitrary: fc.record({ do: fc.constant('wait' as const), seconds: fc.integer({ min: 1, max: 15 }) }) },
  { weight: 10, arbitrary: fc.record({ do: fc.constant('look' as const) }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('sweep' as const), most: fc.integer({ min: 1, max: 20 }) }) },
  // Each stops the pipeline, so they are few.
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('stop' as const),
      what: fc.constantFrom('flush' as const, 'rebuild' as const, 'rebuild again' as const),
    }),
  },
);
export type Command = typeof command extends fc.Arbitrary<infer T> ? T : never;

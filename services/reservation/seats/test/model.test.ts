import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Redis } from '@ticketaka/platform/redis';
import { createTestRedis, type TestRedis } from '@ticketaka/platform/testing';
import * as fc from 'fast-check';
import { Redis as BareRedis } from 'ioredis';
import { bitmapBytes, writeUnit } from '../bitmap.ts';
import { applyChange } from '../changes.ts';
import { imageKey } from '../keys.ts';
import { type SeatImage, seatImage } from '../seat-image.ts';
import { sequenceOf } from '../sequence.ts';
import type { TakenUnit } from '../types.ts';
import { connect, lose, setClock, testClock } from './harness.ts';
import { SeatModel } from './model.ts';

const unitCount = 42;
const runs = 200;
const commandsPerRun = 500;
const batch = 50;

let server: TestRedis;
let redis: Redis;
let root: BareRedis;
beforeAll(async () => {
  server = await createTestRedis('reservation');
  redis = await connect(server.url);
  root = new BareRedis(server.rootUrl);
});
afterAll(async () => {
  redis.disconnect();
  root.disconnect();
  await server[Symbol.asyncDispose]();
});

const unit = fc.nat({ max: unitCount });
const unitSet = (size: number) => fc.uniqueArray(unit, { minLength: size, maxLength: size });
const someUnits = fc.uniqueArray(unit, { minLength: 1, maxLength: 5 });
const hold = { hold: fc.nat({ max: 9 }), member: fc.nat({ max: 3 }), ttl: fc.integer({ min: 1, max: 40 }) };
const name = { ...hold, seqKnown: fc.boolean(), stranger: fc.nat({ max: 9 }) };
const oldEpoch = fc.nat({ max: 19 });

const command = fc.oneof(
  {
    weight: 40,
    arbitrary: fc.record({
      do: fc.constant('hold' as const),
      ...hold,
      oldEpoch,
      hash: fc.nat({ max: 8 }),
      offer: fc.option(fc.nat({ max: 3 }), { nil: undefined }),
      candidates: fc
        .integer({ min: 1, max: 4 })
        .chain((size) => fc.array(unitSet(size), { minLength: 1, maxLength: 3 })),
    }),
  },
  {
    weight: 20,
    arbitrary: fc.record({
      do: fc.constant('holdAny' as const),
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
      ) as fc.Arbitrary<[number, number][]>,
    }),
  },
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
type Command = typeof command extends fc.Arbitrary<infer T> ? T : never;

interface Subject {
  readonly image: SeatImage;
  readonly connection: Redis;
}

/** Does each command to the image and to the model, and tells where they differ. */
class Comparison {
  readonly model = new SeatModel();
  readonly #image: SeatImage;
  readonly #session: string;
  #pending: { readonly command: Command; readonly expected: unknown; readonly actual: Promise<unknown> }[] = [];
  #step = 0;
  #epoch = 1;
  #start: { readonly bitmap: Uint8Array; readonly version: number } = { bitmap: new Uint8Array(), version: 0 };

  readonly #redis: Redis;

  /** The clock goes over the connection of the image, so that it keeps its place among the commands. */
  constructor({ image, connection }: Subject, session: string) {
    this.#image = image;
    this.#redis = connection;
    this.#session = session;
  }

  async run(commands: readonly Command[]): Promise<void> {
    await setClock(this.#redis, this.model.now);
    await this.#rebuild(1);
    for (const each of commands) {
      this.#step += 1;
      if (each.do === 'stop') await this.#stop(each.what);
      else this.#send(each);
      if (this.#pending.length >= batch) await this.#settle();
    }
    await this.#settle();
    await this.#compareAll();
  }

  #send(each: Exclude<Command, { do: 'stop' }>) {
    const { model } = this;
    const image = this.#image;
    const session = this.#session;
    const expect_ = (expected: unknown, actual: Promise<unknown>) =>
      this.#pending.push({ command: each, expected, actual });
    switch (each.do) {
      case 'hold': {
        const offer = each.offer === undefined ? undefined : `offer${each.offer}`;
        const request = { ...this.#request(each), requestHash: each.hash === 0 ? 'other|hash' : 'hash', offer };
        const { candidates } = each;
        expect_(model.hold({ ...request, candidates }), image.hold(session, { ...request, candidates }));
        return;
      }
      case 'holdAny': {
        const request = { ...this.#request(each), requestHash: 'hash', quantity: each.quantity, ranges: each.ranges };
        expect_(model.holdAny(request), image.holdAny(session, request));
        return;
      }
      case 'settle': {
        const holdId = this.#holdId(each.hold);
        const seq = each.stranger === 0 ? sequenceOf(this.#epoch, 1) : (model.holds.get(holdId)?.seq ?? 7);
        expect_(model.settle({ holdId, seq }), image.settle(session, { holdId, seq }));
        return;
      }
      case 'get':
      case 'extend':
      case 'release':
      case 'pin':
      case 'unpin': {
        const holdId = this.#holdId(each.hold);
        const known = model.holds.get(holdId);
        const memberId = each.stranger === 0 ? 'stranger' : known?.memberId;
        const seq = each.seqKnown ? known?.seq : undefined;
        const request = { holdId, memberId, seq, ttlMs: each.ttl * 1_000, pinMs: each.ttl * 1_000 };
        expect_(model[each.do](request), image[each.do](session, request));
        return;
      }
      case 'free': {
        const owner = model.owners.get(each.units[0] ?? 0);
        const guard =
          [{}, { memberId: `member${each.member}` }, { seq: owner?.seq ?? 1 }, owner ?? {}][each.guard] ?? {};
        const request = { epoch: this.#epochOf(each), units: each.units, ...guard };
        expect_(model.free(request), image.free(session, request));
        return;
      }
      case 'block':
      case 'unblock': {
        const request = { epoch: this.#epochOf(each), units: each.units };
        expect_(model[each.do](request), image[each.do](session, request));
        return;
      }
      case 'offer': {
        const { units, claimsEnded, ttl } = each;
        const [offerId, memberId] = [`offer${each.offer}`, `member${each.member}`];
        const request = { epoch: this.#epochOf(each), offerId, memberId, units, claimsEnded, ttlMs: ttl * 1_000 };
        expect_(model.offer(request), image.offer(session, request));
        return;
      }
      case 'withdraw': {
        const { keep, unlessHeld } = each;
        const request = { epoch: this.#epochOf(each), offerId: `offer${each.offer}`, keep, unlessHeld };
        expect_(model.withdrawOffer(request), image.withdrawOffer(session, request));
        return;
      }
      case 'merge': {
        const taken = each.units.map((at) =>
          each.blocked
            ? ({ unit: at, state: 'blocked' } as const)
            : ({ unit: at, state: 'claimed', memberId: `member${each.member}`, seq: this.#step } as const),
        );
        const request = { epoch: this.#epochOf(each), taken };
        expect_(model.merge(request), image.merge(session, request));
        return;
      }
      case 'wait':
        model.now += each.seconds * 1_000;
        expect_(
          undefined,
          setClock(this.#redis, model.now).then(() => undefined),
        );
        return;
      case 'look':
        expect_(this.#bits(), image.bits(session));
        return;
      case 'sweep':
        expect_(model.sweep(each.most), image.sweep(session, each.most));
    }
  }

  #holdId = (number: number) => `hold${Math.floor(this.#step / 60)}-${number}`;
  #epochOf = ({ oldEpoch: at }: { oldEpoch: number }) => (at === 0 ? this.#epoch - 1 : this.#epoch);

  #request(each: { hold: number; member: number; ttl: number; oldEpoch: number }) {
    const [holdId, memberId] = [this.#holdId(each.hold), `member${each.member}`];
    return { epoch: this.#epochOf(each), holdId, memberId, limit: 9, ttlMs: each.ttl * 1_000 };
  }

  #bits() {
    const { model } = this;
    if (model.epoch === undefined) return { kind: 'stale' };
    const bitmap = Buffer.alloc(bitmapBytes(unitCount));
    // The model writes the four values only.
    for (const [at, state] of model.states.entries()) writeUnit(bitmap, at, state as 0 | 1 | 2 | 3);
    return { kind: 'bits', epoch: model.epoch, version: model.version, units: unitCount, bitmap };
  }

  async #settle() {
    const pending = this.#pending;
    this.#pending = [];
    const actual = await Promise.all(pending.map((each) => each.actual));
    for (const [at, { command: done, expected }] of pending.entries()) {
      if (!isDeepStrictEqual(actual[at], expected))
        expect({ command: done, outcome: actual[at] }).toEqual({ command: done, outcome: expected });
    }
  }

  async #stop(what: 'flush' | 'rebuild' | 'rebuild again') {
    await this.#settle();
    if (what === 'flush') {
      await lose(root, `{${this.#session}}`);
      this.model.epoch = undefined;
      this.model.holds.clear();
    } else await this.#rebuild(what === 'rebuild' ? this.#epoch + 1 : this.#epoch);
  }

  async #rebuild(epoch: number) {
    const { model } = this;
    const taken: TakenUnit[] = model.states.flatMap((state, at): TakenUnit[] => {
      const owner = model.owners.get(at);
      if (state === 3) return [{ unit: at, state: 'blocked' }];
      return state === 2 ? [{ unit: at, state: 'sold', ...owner }] : [];
    });
    for (const [offerId, { memberId, expiresAt, units }] of model.offers)
      for (const at of units) taken.push({ unit: at, state: 'offered', offerId, memberId, expiresAtMs: expiresAt });
    const expected = model.rebuild(epoch, unitCount, taken);
    expect(await this.#image.rebuild(this.#session, { epoch, units: unitCount, taken })).toEqual(expected);
    this.#epoch = model.epoch ?? epoch;
    if (expected.kind !== 'rebuilt') return;
    const bits = await this.#image.bits(this.#session);
    expect(bits).toEqual(this.#bits());
    if (bits.kind === 'bits') this.#start = bits;
  }

  async #compareAll() {
    const { model } = this;
    const bits = await this.#image.bits(this.#session);
    expect(bits).toEqual(this.#bits());
    if (bits.kind !== 'bits') return;
    const hash = await redis.hgetall(`${imageKey(this.#session)}:${bits.epoch}:h`);
    const fields = (prefix: string) =>
      Object.entries(hash).flatMap(([key, value]) => (key.startsWith(prefix) ? [[key.slice(2), value] as const] : []));
    expect(new Map(fields('m:').map(([key, value]) => [key, Number(value)]))).toEqual(model.counts());
    const owners = [...model.owners].map(([at, { seq, memberId }]) => [String(at), `${seq}|${memberId}`] as const);
    expect(new Map(fields('u:'))).toEqual(new Map(owners));
    expect(new Set(fields('h:').map(([key]) => key))).toEqual(new Set(model.holds.keys()));
    expect(new Set(fields('o:').map(([key]) => key))).toEqual(new Set(model.offers.keys()));
    const changes = await this.#image.changes(this.#session, this.#start.version, 10_000);
    const bitmap = Buffer.from(this.#start.bitmap);
    if (changes.kind !== 'changes') throw new Error('changes are missing');
    expect(changes.changes.map(({ version }) => version)).toEqual(
      changes.changes.map((_, at) => this.#start.version + 1 + at),
    );
    for (const change of changes.changes) applyChange(bitmap, change);
    expect(bitmap).toEqual(bits.bitmap);
  }
}

let session = 0;
async function compare(subject: Subject, numRuns: number) {
  const commands = fc.array(command, { minLength: commandsPerRun, maxLength: commandsPerRun, size: 'max' });
  return await fc.check(
    fc.asyncProperty(commands, async (each) => {
      session += 1;
      const id = `session${session}`;
      await new Comparison(subject, id).run(each);
      await lose(root, `{${id}}`);
    }),
    // A failure is found again from its seed; shrinking 500 commands takes long.
    { numRuns, endOnFailure: process.env['SHRINK'] === undefined },
  );
}

/** Faults that a script might have, each of which must be found. */
const faults: readonly (readonly [string, string, string])[] = [
  ['holds what is held', 'states[i] ~= 0 and not (mine and mine[unit])', 'false'],
  ['searches from a mark that is too high', "if state == '0' then lowerMarks(units) end", ''],
  ['forgets to count', "if redis.call('HINCRBY', h, 'm:' .. member, by) <= 0", 'if true'],
  ['lets others settle', "ARGV[4] ~= '' and ARGV[4] ~= epoch", 'false and epoch'],
  ['goes on without an image', "(ARGV[1] ~= '' and ARGV[1] ~= epoch)", 'false'],
  ['frees what is pinned', "if hold.pin > now then return {'pinned'} end", ''],
  ['tells no change', "changes[#changes + 1] = table.concat(units, ',')", 'changes[#changes + 1] = units[1]'],
];

describe('the scripts', () => {
  it(`do what a plain model does, in ${runs * commandsPerRun} commands`, async () => {
    const result = await compare({ image: seatImage({ redis }, testClock), connection: redis }, runs);
    expect(fc.defaultReportMessage(result)).toBeUndefined();
  }, 120_000);

  it.each(faults)('would be found out: one that %s', async (_, right, wrong) => {
    const faulty = (lua: string) => testClock(lua.replaceAll(right, wrong));
    const connection = await connect(server.url);
    const result = await compare({ image: seatImage({ redis: connection }, faulty), connection }, runs);
    connection.disconnect();
    expect(String(result.errorInstance)).toContain('toEqual');
  });
});

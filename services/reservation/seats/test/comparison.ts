import { isDeepStrictEqual } from 'node:util';
import { expect } from '@jest/globals';
import type { Redis } from '@ticketaka/platform/redis';
import type { Redis as BareRedis } from 'ioredis';
import { bitmapBytes, writeUnit } from '../bitmap.ts';
import { applyChange } from '../changes.ts';
import { imageKey } from '../keys.ts';
import type { SeatImage } from '../seat-image.ts';
import { sequenceOf } from '../sequence.ts';
import type { HoldAnyRequest, HoldSetsRequest, TakenUnit } from '../types.ts';
import { type Command, unitCount } from './commands.ts';
import { lose, setClock } from './harness.ts';
import { SeatModel } from './model.ts';

const batch = 50;

export interface Subject {
  readonly image: SeatImage;
  readonly connection: Redis;
  /** May take everything away. */
  readonly root: BareRedis;
}

/** Does each command to the image and to the model, and tells where they differ. */
export class Comparison {
  readonly model = new SeatModel();
  readonly #image: SeatImage;
  readonly #session: string;
  #pending: { readonly command: Command; readonly expected: unknown; readonly actual: Promise<unknown> }[] = [];
  #step = 0;
  #epoch = 1;
  #start: { readonly bitmap: Uint8Array; readonly version: number } = { bitmap: new Uint8Array(), version: 0 };
  readonly #redis: Redis;
  readonly #root: BareRedis;

  /** The clock goes over the connection of the image, so that it keeps its place among the commands. */
  constructor({ image, connection, root }: Subject, session: string) {
    this.#image = image;
    this.#redis = connection;
    this.#root = root;
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
        const request = this.#holdRequest(each);
        expect_(model.hold(request), image.hold(session, request));
        return;
      }
      case 'holdAll': {
        const requests = each.requests.map((asked) =>
          'candidates' in asked ? this.#holdRequest(asked) : this.#rangesRequest(asked),
        );
        expect_(model.holdAll(requests), image.holdAll(session, requests));
        return;
      }
      case 'holdAny': {
        const request = this.#rangesRequest(each);
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

  #holdRequest(each: Omit<Extract<Command, { do: 'hold' }>, 'do'>): HoldSetsRequest {
    const offer = each.offer === undefined ? undefined : `offer${each.offer}`;
    const requestHash = each.hash === 0 ? 'other|hash' : 'hash';
    return { ...this.#request(each), requestHash, offer, candidates: each.candidates };
  }

  #rangesRequest(each: Omit<Extract<Command, { do: 'holdAny' }>, 'do'>): HoldAnyRequest {
    return { ...this.#request(each), requestHash: 'hash', quantity: each.quantity, ranges: each.ranges };
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
      await lose(this.#root, `{${this.#session}}`);
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
    const hash = await this.#redis.hgetall(`${imageKey(this.#session)}:${bits.epoch}:h`);
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

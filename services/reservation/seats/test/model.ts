import { sequenceOf } from '../sequence.ts';
import type {
  AnyHoldRequest,
  HoldAnyRequest,
  HoldName,
  HoldRequest,
  HoldSetsRequest,
  OfferRequest,
  TakenUnit,
  WithdrawRequest,
} from '../types.ts';

interface ModelHold {
  readonly memberId: string;
  readonly hash: string;
  readonly seq: number;
  readonly units: readonly number[];
  readonly offer: string | undefined;
  readonly offered: readonly number[];
  expiresAt: number;
  pinnedUntil: number;
  extended: boolean;
  ended: string | undefined;
}
interface ModelOffer {
  readonly memberId: string;
  readonly expiresAt: number;
  units: number[];
}

const stale = { kind: 'stale' } as const;
const absent = { kind: 'absent' } as const;
const dueOf = (hold: ModelHold) => Math.max(hold.expiresAt, hold.pinnedUntil);

/** What the scripts do, in the plainest way: lists that are gone through from their beginning. */
export class SeatModel {
  now = 1_800_000_000_000;
  epoch: number | undefined;
  count = 0;
  states: number[] = [];
  readonly owners = new Map<number, { readonly seq: number; readonly memberId: string }>();
  readonly holds = new Map<string, ModelHold>();
  readonly offers = new Map<string, ModelOffer>();

  /** Held and claimed units of each member who has some. */
  counts(): Map<string, number> {
    const counts = new Map<string, number>();
    const add = (member: string, by: number) => counts.set(member, (counts.get(member) ?? 0) + by);
    for (const { memberId } of this.owners.values()) add(memberId, 1);
    for (const { memberId, units, ended } of this.holds.values()) if (!ended) add(memberId, units.length);
    return counts;
  }

  get version(): number {
    return sequenceOf(this.epoch ?? 0, this.count);
  }

  rebuild(epoch: number, units: number, taken: readonly TakenUnit[]) {
    if (this.epoch !== undefined && epoch <= this.epoch) return { kind: 'superseded', epoch: this.epoch };
    this.epoch = epoch;
    this.count = 1;
    this.holds.clear();
    this.offers.clear();
    this.owners.clear();
    this.states = Array.from({ length: units }, () => 0);
    for (const each of taken) {
      this.states[each.unit] = { claimed: 2, sold: 2, blocked: 3, offered: 1 }[each.state];
      if (each.state === 'offered') {
        const { memberId, expiresAtMs: expiresAt, offerId } = each;
        const offer = this.offers.get(offerId) ?? { memberId, expiresAt, units: [] };
        offer.units.push(each.unit);
        this.offers.set(offerId, offer);
      } else if (each.state !== 'blocked' && each.memberId !== undefined) {
        this.owners.set(each.unit, { seq: each.seq ?? 0, memberId: each.memberId });
      }
    }
    return { kind: 'rebuilt', version: this.version };
  }

  hold(request: HoldSetsRequest) {
    return this.holdAll([request])[0];
  }

  /** What all of them take is one change, whose number they share. */
  holdAll(requests: readonly AnyHoldRequest[]): object[] {
    if (this.epoch === undefined) return requests.map(() => stale);
    this.#reap(16);
    const { count } = this;
    let held = 0;
    const outcomes = requests.map((request) => {
      this.count = count;
      const outcome = 'candidates' in request ? this.#holdSet(request) : this.#holdRanges(request);
      held = Math.max(held, this.count - count);
      return outcome;
    });
    this.count = count + held;
    return outcomes;
  }

  #holdSet(request: HoldSetsRequest): object {
    const { memberId, offer: offerId, candidates } = request;
    return this.#begin(request, candidates[0]?.length ?? 0, () => {
      const offer = offerId === undefined ? undefined : this.offers.get(offerId);
      const mine = offer?.memberId === memberId && offer.expiresAt > this.now ? offer : undefined;
      const isFree = (unit: number) => this.states[unit] === 0 || mine?.units.includes(unit) === true;
      const chosen = candidates.find((units) => units.every(isFree));
      if (!chosen) return { kind: 'conflict', unit: candidates[0]?.find((unit) => !isFree(unit)) };
      const offered = chosen.filter((unit) => mine?.units.includes(unit));
      if (mine) mine.units = mine.units.filter((unit) => !chosen.includes(unit));
      return this.#take(request, { units: chosen, offer: offerId, offered });
    });
  }

  holdAny(request: HoldAnyRequest) {
    return this.holdAll([request])[0];
  }

  #holdRanges(request: HoldAnyRequest): object {
    const { ranges, quantity } = request;
    return this.#begin(request, quantity, () => {
      const free = ranges.flatMap(([first, last]) =>
        this.states.flatMap((state, unit) => (state === 0 && unit >= first && unit <= last ? [unit] : [])),
      );
      if (free.length < quantity) return { kind: 'short', available: free.length };
      return this.#take(request, { units: free.slice(0, quantity), offer: undefined, offered: [] });
    });
  }

  get(name: HoldName) {
    return this.#find(name, (hold) => ({
      kind: 'held',
      memberId: hold.memberId,
      extended: hold.extended,
      pinned: hold.pinnedUntil > this.now,
      offer: hold.offer,
      ...unitsOf(hold),
    }));
  }

  extend({ ttlMs, ...name }: HoldName & { readonly ttlMs: number }) {
    return this.#find(name, (hold) => {
      const kind = hold.extended ? 'spent' : 'extended';
      if (!hold.extended) hold.expiresAt = Math.max(hold.expiresAt, this.now + ttlMs);
      hold.extended = true;
      return { kind, ...unitsOf(hold) };
    });
  }

  release(name: HoldName) {
    const outcome = this.#find(name, (hold) => {
      if (hold.pinnedUntil > this.now) return { kind: 'pinned' };
      this.#free(this.#end(hold, 'released'));
      return { kind: 'released' };
    });
    return 'how' in outcome && outcome.how === 'released' ? { kind: 'released' } : outcome;
  }

  pin({ pinMs, ...name }: HoldName & { readonly pinMs: number }) {
    return this.#find(name, (hold) => {
      hold.pinnedUntil = Math.max(hold.pinnedUntil, this.now + pinMs);
      return { kind: 'pinned', ...unitsOf(hold) };
    });
  }

  unpin(name: HoldName) {
    return this.#find(name, (hold) => {
      hold.pinnedUntil = 0;
      return { kind: 'unpinned', ...unitsOf(hold) };
    });
  }

  settle(name: { readonly holdId: string; readonly seq: number }) {
    if (this.epoch === undefined) return stale;
    const hold = this.holds.get(name.holdId);
    if (!hold || hold.seq !== name.seq) return absent;
    if (hold.ended === 'settled') return { kind: 'settled' };
    if (hold.ended) return { kind: 'ended', how: hold.ended };
    hold.ended = 'settled';
    for (const unit of hold.units) this.owners.set(unit, { seq: hold.seq, memberId: hold.memberId });
    this.#set(hold.units, 2);
    this.count += 1;
    return { kind: 'settled' };
  }

  free({ epoch, units, memberId, seq }: { epoch: number; units: readonly number[]; memberId?: string; seq?: number }) {
    if (epoch !== this.epoch) return stale;
    const freed = units.filter((unit) => {
      const owner = this.owners.get(unit);
      if (this.states[unit] !== 2) return false;
      return !owner || ((memberId ?? owner.memberId) === owner.memberId && (seq ?? owner.seq) === owner.seq);
    });
    for (const unit of freed) this.owners.delete(unit);
    this.#free(freed);
    return { kind: 'freed', units: freed };
  }

  block({ epoch, units }: { epoch: number; units: readonly number[] }) {
    if (epoch !== this.epoch) return stale;
    const unit = units.find((each) => this.states[each] !== 0 && this.states[each] !== 3);
    if (unit !== undefined) return { kind: 'conflict', unit };
    if (units.some((each) => this.states[each] === 0)) this.count += 1;
    this.#set(units, 3);
    return { kind: 'blocked' };
  }

  unblock({ epoch, units }: { epoch: number; units: readonly number[] }) {
    if (epoch !== this.epoch) return stale;
    const freed = units.filter((unit) => this.states[unit] === 3);
    this.#free(freed);
    return { kind: 'unblocked', units: freed };
  }

  offer({ epoch, offerId, memberId, units, ttlMs, claimsEnded = false }: OfferRequest) {
    if (epoch !== this.epoch) return stale;
    this.#reap(16);
    const before = this.offers.get(offerId);
    if (before && before.memberId !== memberId) return { kind: 'reused' };
    if (before) return { kind: 'offered', expiresAtMs: before.expiresAt };
    const unit = units.find((each) => this.states[each] !== 0 && !(claimsEnded && this.states[each] === 2));
    if (unit !== undefined) return { kind: 'conflict', unit };
    for (const each of units) this.owners.delete(each);
    const expiresAt = this.now + ttlMs;
    this.offers.set(offerId, { memberId, expiresAt, units: [...units] });
    this.#set(units, 1);
    this.count += 1;
    return { kind: 'offered', expiresAtMs: expiresAt };
  }

  withdrawOffer({ epoch, offerId, keep = false, unlessHeld = [] }: WithdrawRequest) {
    if (epoch !== this.epoch) return stale;
    const offer = this.offers.get(offerId);
    if (!offer) return absent;
    if (unlessHeld.some((unit) => !offer.units.includes(unit))) return { kind: 'held' };
    this.offers.delete(offerId);
    this.#free(offer.units);
    if (keep) this.#set(offer.units, 2);
    return { kind: 'withdrawn', units: offer.units };
  }

  merge({ epoch, taken }: { epoch: number; taken: readonly Exclude<TakenUnit, { state: 'offered' }>[] }) {
    if (epoch !== this.epoch) return stale;
    const known = taken.filter(({ unit }) => unit < this.states.length);
    const held = new Set(known.filter(({ unit }) => this.states[unit] === 1).map(({ unit }) => unit));
    let changed = false;
    for (const hold of this.holds.values()) {
      if (hold.ended || !hold.units.some((unit) => held.has(unit))) continue;
      const freed = this.#end(hold, 'lost');
      this.#set(freed, 0);
      changed ||= freed.length > 0;
    }
    for (const offer of this.offers.values()) offer.units = offer.units.filter((unit) => !held.has(unit));
    for (const each of known) {
      const state = each.state === 'blocked' ? 3 : 2;
      changed ||= held.has(each.unit) || this.states[each.unit] !== state;
      this.states[each.unit] = state;
      this.owners.delete(each.unit);
      if (each.state !== 'blocked' && each.memberId !== undefined)
        this.owners.set(each.unit, { seq: each.seq ?? 0, memberId: each.memberId });
    }
    if (changed) this.count += 1;
    return { kind: 'merged' };
  }

  sweep(most: number) {
    if (this.epoch === undefined) return stale;
    const ended = this.#reap(most);
    const ends = this.#ends().map(({ at }) => at);
    const nextDueMs = ends.length === 0 ? undefined : Math.max(0, Math.min(...ends) - this.now);
    return { kind: 'swept', ended, pending: ends.length, nextDueMs };
  }

  #begin(request: HoldRequest, size: number, choose: () => object) {
    if (request.epoch !== this.epoch) return stale;
    const before = this.holds.get(request.holdId);
    if (before && before.hash !== request.requestHash) return { kind: 'reused' };
    if (before?.ended) return { kind: 'ended', how: before.ended };
    if (before && dueOf(before) <= this.now) return { kind: 'ended', how: 'expired' };
    if (before) return { kind: 'held', replayed: true, ...unitsOf(before) };
    const taken = this.counts().get(request.memberId) ?? 0;
    return taken + size > request.limit ? { kind: 'limit', taken } : choose();
  }

  #take(request: HoldRequest, of: Pick<ModelHold, 'units' | 'offer' | 'offered'>) {
    this.count += 1;
    const hold: ModelHold = {
      ...of,
      memberId: request.memberId,
      hash: request.requestHash,
      seq: this.version,
      expiresAt: this.now + request.ttlMs,
      pinnedUntil: 0,
      extended: false,
      ended: undefined,
    };
    this.holds.set(request.holdId, hold);
    this.#set(hold.units, 1);
    return { kind: 'held', replayed: false, ...unitsOf(hold) };
  }

  #find({ holdId, memberId, seq }: HoldName, found: (hold: ModelHold) => object): object {
    if (this.epoch === undefined) return stale;
    const hold = this.holds.get(holdId);
    if (!hold || (memberId ?? hold.memberId) !== hold.memberId || (seq ?? hold.seq) !== hold.seq) return absent;
    if (hold.ended) return { kind: 'ended', how: hold.ended };
    return dueOf(hold) <= this.now ? { kind: 'ended', how: 'expired' } : found(hold);
  }

  /** Answers which units nobody has any more. */
  #end(hold: ModelHold, how: string): number[] {
    hold.ended = how;
    const offer = this.offers.get(hold.offer ?? '');
    offer?.units.push(...hold.offered);
    return hold.units.filter((unit) => !offer || !hold.offered.includes(unit));
  }

  #ends() {
    const holds = [...this.holds].filter(([, { ended }]) => !ended);
    return [
      ...holds.map(([id, hold]) => ({ at: dueOf(hold), name: `h:${id}`, end: () => this.#end(hold, 'expired') })),
      ...[...this.offers].map(([id, offer]) => ({
        at: offer.expiresAt,
        name: `o:${id}`,
        end: () => {
          this.offers.delete(id);
          return offer.units;
        },
      })),
    ];
  }

  #reap(most: number): number {
    const due = this.#ends().filter(({ at }) => at <= this.now);
    due.sort((a, b) => a.at - b.at || (a.name < b.name ? -1 : 1));
    const reaped = due.slice(0, most);
    this.#free(reaped.flatMap(({ end }) => end()));
    return reaped.length;
  }

  #free(units: readonly number[]) {
    if (units.length > 0) this.count += 1;
    this.#set(units, 0);
  }

  #set(units: readonly number[], state: number) {
    for (const unit of units) this.states[unit] = state;
  }
}

const unitsOf = (hold: ModelHold) => ({ units: hold.units, seq: hold.seq, expiresAtMs: dueOf(hold) });

/** There is no image of this epoch in Redis: nothing was done. Read the epoch again, or rebuild. */
export interface Stale {
  readonly kind: 'stale';
}

/** Unknown, or somebody else's, or of another sequence number. */
export interface Absent {
  readonly kind: 'absent';
}

/** `lost`: a claim of another reservation was found in the database. */
export type Ending = 'released' | 'expired' | 'settled' | 'lost';

export interface Ended {
  readonly kind: 'ended';
  readonly how: Ending;
}

/** Units that one member has for some time. */
interface HeldUnits {
  readonly units: readonly number[];
  /** Of this hold among all of the session, also of former epochs: later ones are greater. */
  readonly seq: number;
  readonly expiresAtMs: number;
}

export interface HoldRequest {
  readonly epoch: number;
  /** The same for a repeated request, and then the answer is the same. */
  readonly holdId: string;
  readonly memberId: string;
  /** Tells a repeated request from another one with the same hold id. */
  readonly requestHash: string;
  /** Units that a member may have at most, held and claimed together. */
  readonly limit: number;
  readonly ttlMs: number;
}

export interface HoldSetsRequest extends HoldRequest {
  /** Id of an offer to this member, whose units are free for this hold. */
  readonly offer?: string | undefined;
  /** Sets of one size; the first that is entirely free is held. A unit comes once in a set. */
  readonly candidates: readonly (readonly number[])[];
}

export interface HoldAnyRequest extends HoldRequest {
  /**
   * First and last unit of each. They do not overlap. Taken from in this order, the lowest first.
   * Without any, only a hold that is there already is found.
   */
  readonly ranges: readonly (readonly [first: number, last: number])[];
  readonly quantity: number;
}

export type HoldRefused =
  | { readonly kind: 'limit'; readonly taken: number }
  | { readonly kind: 'reused' }
  | Ended
  | Stale;

export type Held = { readonly kind: 'held'; readonly replayed: boolean } & HeldUnits;
/** `conflict`: the first unit of the first set that is not free. */
export type HoldOutcome = Held | { readonly kind: 'conflict'; readonly unit: number } | HoldRefused;
/** `short`: so many are free in the ranges, fewer than wanted. */
export type HoldAnyOutcome = Held | { readonly kind: 'short'; readonly available: number } | HoldRefused;

export type AnyHoldRequest = HoldSetsRequest | HoldAnyRequest;
export type AnyHoldOutcome = HoldOutcome | HoldAnyOutcome;

/** Names a hold. With a member or a sequence number only that one's is found. */
export interface HoldName {
  readonly holdId: string;
  readonly memberId?: string | undefined;
  readonly seq?: number | undefined;
}

export type HoldDetails = {
  readonly kind: 'held';
  readonly memberId: string;
  readonly extended: boolean;
  readonly pinned: boolean;
  readonly offer: string | undefined;
} & HeldUnits;

type OfHold<Kind extends string> = ({ readonly kind: Kind } & HeldUnits) | Absent | Ended | Stale;
export type GetOutcome = HoldDetails | Absent | Ended | Stale;
/** `spent`: it was extended before, which changed nothing now. */
export type ExtendOutcome = OfHold<'extended' | 'spent'>;
export type PinOutcome = OfHold<'pinned'>;
export type UnpinOutcome = OfHold<'unpinned'>;
/** `pinned`: it is on its way into the database. */
export type ReleaseOutcome = { readonly kind: 'released' | 'pinned' } | Absent | Ended | Stale;
export type SettleOutcome = { readonly kind: 'settled' } | Absent | Ended | Stale;

export type UnitsOutcome<Kind extends string> = { readonly kind: Kind; readonly units: readonly number[] } | Stale;
export type BlockOutcome = { readonly kind: 'blocked' } | { readonly kind: 'conflict'; readonly unit: number } | Stale;

export interface OfferRequest {
  readonly epoch: number;
  readonly offerId: string;
  readonly memberId: string;
  readonly units: readonly number[];
  readonly ttlMs: number;
  /** The units' claims have ended: they go from there to the offer without being free in between. @default false */
  readonly claimsEnded?: boolean | undefined;
}
/** `reused`: another member has an offer of this id. */
export type OfferOutcome =
  | { readonly kind: 'offered'; readonly expiresAtMs: number }
  | { readonly kind: 'conflict'; readonly unit: number }
  | { readonly kind: 'reused' }
  | Stale;

export interface WithdrawRequest {
  readonly epoch: number;
  readonly offerId: string;
  /** The units are not free afterwards but taken, by nobody: for the next offer. @default false */
  readonly keep?: boolean | undefined;
  /** Nothing is done unless all of these are in the offer, none of them under a hold. @default none */
  readonly unlessHeld?: readonly number[] | undefined;
}
export type WithdrawOutcome =
  | UnitsOutcome<'withdrawn'>
  | { readonly kind: 'held' }
  /** There is no such offer. */
  | { readonly kind: 'absent' };

/** A row of `seat_claims`. Without a member it counts for nobody's limit. */
export type ClaimedUnit =
  | {
      readonly unit: number;
      readonly state: 'claimed' | 'sold';
      readonly memberId?: string | undefined;
      readonly seq?: number | undefined;
    }
  | { readonly unit: number; readonly state: 'blocked' };
export type TakenUnit =
  | ClaimedUnit
  | {
      readonly unit: number;
      readonly state: 'offered';
      readonly offerId: string;
      readonly memberId: string;
      readonly expiresAtMs: number;
    };

export interface RebuildRequest {
  /** Greater than every one before. */
  readonly epoch: number;
  /** How many the session has. */
  readonly units: number;
  readonly taken: Iterable<TakenUnit>;
  /** @default none */
  readonly settled?: Iterable<SettledHold> | undefined;
}

/** A hold that was made in the database, without an image: whoever asks for it again is told that it is settled. */
export interface SettledHold {
  readonly holdId: string;
  readonly memberId: string;
  readonly requestHash: string;
}

/** `superseded`: there is one of this or a later epoch. `lost`: Redis lost data meanwhile; do it again. */
export type RebuildOutcome =
  | { readonly kind: 'rebuilt'; readonly version: number }
  | { readonly kind: 'superseded'; readonly epoch: number }
  | { readonly kind: 'lost' };

export type BitsOutcome =
  | {
      readonly kind: 'bits';
      readonly epoch: number;
      /** Of the last change in it. */
      readonly version: number;
      readonly units: number;
      /** Two bits a unit, the first unit in the highest bits of the first byte. */
      readonly bitmap: Buffer;
    }
  | Stale;

/** `pending`: holds and offers that stand. `nextDueMs`: from now, at the earliest; none stands without it. */
export type SweepOutcome =
  | {
      readonly kind: 'swept';
      readonly ended: number;
      readonly pending: number;
      readonly nextDueMs: number | undefined;
    }
  | Stale;

import { isDuplicateKey } from '@ticketaka/platform/mariadb';
import { buyersOf } from '../buyers/buyers.ts';
import { readUnit, unitState } from '../seats/index.ts';
import type { KnownSession } from '../sessions/index.ts';
import type { Db } from '../store/schema.ts';
import { announceOffer } from './announce-offer.ts';
import { type ChosenOffer, chooseOffers, type WaitingEntry } from './choose.ts';
import { type EntryRow, markOffered, notePassed, noteSaving, waitingEntries } from './entries.ts';
import type { WaitlistParts } from './parts.ts';
import { lingerMs, offerMs } from './terms.ts';
import { assignUnits, claimedAmong, freeUnits, insertOffered } from './units.ts';

/** Offers of one transaction. */
const mostOffers = 20;
/** Of those who want the same so many are looked at, more than are offered something: who comes after is asked later. */
const mostOfWish = 200;

export interface Offering {
  readonly trx: Db;
  readonly session: KnownSession;
  /** Units that came back and are offered to nobody. */
  readonly returned: readonly number[];
}

export interface MadeOffer {
  readonly entryId: string;
  readonly memberId: string;
  readonly units: readonly number[];
  /** Of the picture that it was put into. */
  readonly epoch: number;
}

export interface Offered {
  readonly made: readonly MadeOffer[];
  /** Returned units that nobody wants. */
  readonly unwanted: readonly number[];
  /** Whether there may be more to offer. */
  readonly more: boolean;
}

/**
 * Offers seats to those who wait. Rows are written first and committed last: nobody else can claim the units meanwhile,
 * and whoever holds one is seen in the picture, and keeps it.
 * @throws Unavailable
 */
export async function offerSeats(parts: WaitlistParts, offering: Offering): Promise<Offered> {
  const { trx, session } = offering;
  const picture = await readPicture(parts, offering);
  const { free, returned } = picture;
  const made: MadeOffer[] = [];
  // A session that is sold out is looked at often, and there is nothing to offer.
  if (!free.some((word) => word !== 0)) return { made, unwanted: [], more: false };
  const rows = await waitingEntries(trx, session.id, mostOfWish);
  let waiting = rows.map((row): WaitingEntry => waitingEntry(session, row));
  for (;;) {
    const { layout, grades } = session;
    const chosen = chooseOffers({ entries: waiting, layout, grades: grades.length, free, returned, now: parts.now() });
    const refused = await makeOffers(parts, {
      ...offering,
      rows,
      offers: chosen.offers.slice(0, mostOffers),
      returned,
      made,
    });
    const served = new Set(made.map(({ entryId }) => entryId));
    for (const { units } of made) for (const unit of units) clear(free, unit);
    for (const unit of refused) clear(free, unit);
    if (refused.length > 0) {
      waiting = waiting.filter(({ id }) => !served.has(id));
      continue;
    }
    await noteSaving(trx, chosen);
    const more = chosen.offers.length > mostOffers;
    const unwanted = more ? [] : [...returned].filter((unit) => isSet(free, unit) && !chosen.saved.has(unit));
    await freeUnits(trx, session.id, unwanted);
    return { made, unwanted, more };
  }
}

function waitingEntry({ grades }: KnownSession, { id, grade, quantity, passes, saving_since }: EntryRow): WaitingEntry {
  // A grade that there is no longer has no seats.
  const index = grade === null ? undefined : grades.findIndex((each) => each.grade === grade);
  return { id, grade: index, quantity, passes, savingSince: saving_since };
}

/** What can be offered: what is free for everybody, and what came back, unless it is under a hold that is not over. */
async function readPicture({ image, pictures }: WaitlistParts, { session, returned }: Offering) {
  const { bitmap } = await pictures.using(session, () => image.bits(session.id));
  const free = new Uint32Array(Math.ceil(session.units / 32));
  for (let unit = 0; unit < session.units; unit += 1) if (readUnit(bitmap, unit) === unitState.free) set(free, unit);
  const back = returned.filter((unit) => readUnit(bitmap, unit) !== unitState.held);
  for (const unit of back) set(free, unit);
  return { free, returned: new Set(back) };
}

interface Making extends Omit<Offering, 'returned'> {
  readonly rows: readonly EntryRow[];
  readonly offers: readonly ChosenOffer[];
  readonly returned: ReadonlySet<number>;
  /** Is added to. */
  readonly made: MadeOffer[];
}

/** One after the other, until one cannot be made. @returns units that somebody else has after all */
async function makeOffers(parts: WaitlistParts, making: Making): Promise<readonly number[]> {
  const { trx, session, rows, offers, made } = making;
  const members = new Map(rows.map(({ id, member_id }) => [id, member_id]));
  const buyers = await buyersOf(
    trx,
    offers.flatMap(({ entry }) => members.get(entry.id) ?? []),
  );
  for (const { entry, units, overtook } of offers) {
    const memberId = members.get(entry.id) ?? '';
    const offer = { entryId: entry.id, memberId, units };
    const reserved = await reserve(parts, making, offer);
    if ('refused' in reserved) return reserved.refused;
    await assignUnits(trx, { sessionId: session.id, ...offer });
    const until = await markOffered(trx, entry.id, offerMs);
    await notePassed(trx, overtook);
    const buyer = buyers.find((each) => each.memberId === memberId);
    if (buyer) await announceOffer(trx, parts.outbox, { buyer, session, units, until });
    made.push({ ...offer, epoch: reserved.epoch });
  }
  return [];
}

/** Takes the units in MariaDB and in the picture, or in neither. */
async function reserve(
  parts: WaitlistParts,
  { trx, session, returned }: Making,
  { entryId, memberId, units }: Omit<MadeOffer, 'epoch'>,
): Promise<{ readonly epoch: number } | { readonly refused: readonly number[] }> {
  const added = units.filter((unit) => !returned.has(unit));
  if (added.length > 0) {
    const claimed = await claimedAmong(trx, session.id, added);
    if (claimed.length > 0) return { refused: claimed };
    try {
      await insertOffered(trx, session.id, added);
    } catch (error) {
      // The statement is undone as a whole, and the transaction goes on.
      if (isDuplicateKey(error)) return { refused: added };
      throw error;
    }
  }
  const outcome = await showOffer(parts, session, { entryId, memberId, units, renew: true });
  if (outcome.kind === 'offered') return { epoch: outcome.epoch };
  await freeUnits(trx, session.id, added);
  return { refused: outcome.kind === 'conflict' ? [outcome.unit] : units };
}

/**
 * Shows an offer in the picture. `renew`: what is there of an earlier try, whose transaction came to nothing, is taken away
 * first.
 */
export async function showOffer(
  { image, pictures }: Pick<WaitlistParts, 'image' | 'pictures'>,
  session: KnownSession,
  { entryId, memberId, units, renew }: Omit<MadeOffer, 'epoch'> & { readonly renew: boolean },
) {
  return await pictures.using(session, async (epoch) => {
    const offerId = entryId;
    if (renew) await image.withdrawOffer(session.id, { epoch, offerId });
    // Rows say that nobody has claimed them, so what the picture says of claims is over.
    const request = { epoch, offerId, memberId, units, ttlMs: offerMs + lingerMs, claimsEnded: true };
    return { epoch, ...(await image.offer(session.id, request)) };
  });
}

const set = (bits: Uint32Array, unit: number) => {
  bits[unit >>> 5] = (bits[unit >>> 5] ?? 0) | (1 << (unit & 31));
};
const clear = (bits: Uint32Array, unit: number) => {
  bits[unit >>> 5] = (bits[unit >>> 5] ?? 0) & ~(1 << (unit & 31));
};
const isSet = (bits: Uint32Array, unit: number) => (((bits[unit >>> 5] ?? 0) >>> (unit & 31)) & 1) === 1;

import { sql } from 'kysely';
import type { KnownSession } from '../sessions/index.ts';
import type { Db } from '../store/schema.ts';
import {
  closeWaiting,
  type EntryRow,
  endOffered,
  isAnybodyWaiting,
  offeredEntries,
  overdueEntries,
} from './entries.ts';
import { type MadeOffer, type Offered, offerSeats, showOffer } from './offering.ts';
import type { WaitlistParts } from './parts.ts';
import { saleState } from './sale-state.ts';
import { freeUnits, offeredUnits, returnedUnits, returnOffered } from './units.ts';

/** Units of one command to the picture. */
const mostUnits = 500;

export interface Round {
  /** Whether there may be more to offer at once. */
  readonly more: boolean;
  /** How many offers were made, and how many were over. */
  readonly made: number;
  readonly ended: number;
}

/**
 * Ends what has run out, and offers what there is. Whoever does this has the session to itself: the row is locked until
 * the commit.
 * @throws Unavailable
 */
export async function serveOnce(parts: WaitlistParts, sessionId: string): Promise<Round> {
  const session = await parts.sessions.get(sessionId);
  if (!session) return await parts.db.transaction((trx) => endAll(trx, sessionId));
  const { made, unwanted, more, ended } = await parts.db.transaction(async (trx) => {
    await lockSession(trx, sessionId);
    let over = 0;
    for (const entry of await overdueEntries(trx, sessionId))
      if (await endOffer(parts, { trx, session, entry })) over += 1;
    return { ...(await offerOrFree(parts, { trx, session })), ended: over };
  });
  for (let at = 0; at < unwanted.length; at += mostUnits) {
    const units = unwanted.slice(at, at + mostUnits);
    await parts.pictures.using(session, (epoch) => parts.image.free(sessionId, { epoch, units }));
  }
  await showAgain(parts, session, made);
  return { more, made: made.length, ended };
}

async function offerOrFree(
  parts: WaitlistParts,
  { trx, session }: { readonly trx: Db; readonly session: KnownSession },
): Promise<Offered> {
  const sale = saleState(session, parts.now());
  if (sale === 'closed') await closeWaiting(trx, session.id);
  const returned = await returnedUnits(trx, session.id);
  if (sale === 'open' && (await isAnybodyWaiting(trx, session.id)))
    return await offerSeats(parts, { trx, session, returned });
  await freeUnits(trx, session.id, returned);
  return { made: [], unwanted: returned, more: false };
}

/** There is no such session any more: neither seats nor a picture of them. */
async function endAll(trx: Db, sessionId: string): Promise<Round> {
  await lockSession(trx, sessionId);
  await closeWaiting(trx, sessionId);
  const offered = await offeredEntries(trx, sessionId);
  for (const { id } of offered) {
    await returnOffered(trx, id);
    await endOffered(trx, id);
  }
  await freeUnits(trx, sessionId, await returnedUnits(trx, sessionId));
  return { more: false, made: 0, ended: offered.length };
}

async function lockSession(trx: Db, sessionId: string): Promise<void> {
  await sql`SELECT id FROM waitlist_sessions WHERE id = ${sessionId} FOR UPDATE`.execute(trx);
}

interface Ending {
  readonly trx: Db;
  readonly session: KnownSession;
  readonly entry: EntryRow;
}

/**
 * A member who holds seats of the offer has begun in time: it ends when the hold has come to its own end.
 * @returns whether it has ended
 */
async function endOffer({ image, pictures }: WaitlistParts, { trx, session, entry }: Ending): Promise<boolean> {
  const unlessHeld = await offeredUnits(trx, entry.id);
  const outcome = await pictures.using(session, (epoch) =>
    image.withdrawOffer(session.id, { epoch, offerId: entry.id, keep: true, unlessHeld }),
  );
  if (outcome.kind === 'held') return false;
  await returnOffered(trx, entry.id);
  await endOffered(trx, entry.id);
  return true;
}

/** A picture that was drawn before the commit was drawn without the offers. */
async function showAgain(parts: WaitlistParts, session: KnownSession, made: readonly MadeOffer[]): Promise<void> {
  if (made.length === 0) return;
  const epoch = await parts.image.epoch(session.id);
  for (const offer of made) if (offer.epoch !== epoch) await showOffer(parts, session, { ...offer, renew: false });
}

/** Whether there is something to look after in a session. */
export async function isLive(db: Db, sessionId: string): Promise<boolean> {
  const { rows } = await sql`
    SELECT 1 FROM waitlist WHERE session_id = ${sessionId} AND state IN ('waiting', 'offered')
    UNION ALL SELECT 1 FROM waitlist_units WHERE session_id = ${sessionId} LIMIT 1`.execute(db);
  return rows.length > 0;
}

import { sql } from 'kysely';
import type { KnownSession } from '../sessions/index.ts';
import type { Db } from '../store/schema.ts';
import { closeWaiting, type EntryRow, endOffered, overdueEntries, waitingEntries } from './entries.ts';
import { type MadeOffer, offerSeats, showOffer } from './offering.ts';
import type { WaitlistParts } from './parts.ts';
import { saleState } from './sale-state.ts';
import { freeUnits, offeredUnits, returnedUnits, returnOffered } from './units.ts';

/** Of those who wait longest so many are looked at: who comes after is asked when they have been. */
const mostEntries = 1_000;
/** Units of one command to the picture. */
const mostUnits = 500;

export interface Round {
  /** Whether there may be more to offer at once. */
  readonly more: boolean;
  /** How many offers were made. */
  readonly made: number;
}

/**
 * Ends what has run out, and offers what there is. Whoever does this has the session to itself: the row is locked until
 * the commit.
 * @throws Unavailable
 */
export async function serveOnce(parts: WaitlistParts, sessionId: string): Promise<Round> {
  const session = await parts.sessions.get(sessionId);
  if (!session) throw new Error(`session ${sessionId} has a waitlist and is not known`);
  const { made, unwanted, more } = await parts.db.transaction(async (trx) => {
    await lockSession(trx, sessionId);
    for (const entry of await overdueEntries(trx, sessionId)) await endOffer(parts, { trx, session, entry });
    const sale = saleState(session, parts.now());
    if (sale === 'closed') await closeWaiting(trx, sessionId);
    const waiting = sale === 'open' ? await waitingEntries(trx, sessionId, mostEntries) : [];
    const returned = await returnedUnits(trx, sessionId);
    if (waiting.length > 0) return await offerSeats(parts, { trx, session, waiting, returned });
    await freeUnits(trx, sessionId, returned);
    return { made: [], unwanted: returned, more: false };
  });
  for (let at = 0; at < unwanted.length; at += mostUnits) {
    const units = unwanted.slice(at, at + mostUnits);
    await parts.pictures.using(session, (epoch) => parts.image.free(sessionId, { epoch, units }));
  }
  await showAgain(parts, session, made);
  return { more, made: made.length };
}

async function lockSession(trx: Db, sessionId: string): Promise<void> {
  await sql`SELECT id FROM waitlist_sessions WHERE id = ${sessionId} FOR UPDATE`.execute(trx);
}

interface Ending {
  readonly trx: Db;
  readonly session: KnownSession;
  readonly entry: EntryRow;
}

/** A member who holds seats of the offer has begun in time: it ends when the hold has come to its own end. */
async function endOffer({ image, pictures }: WaitlistParts, { trx, session, entry }: Ending): Promise<void> {
  const unlessHeld = await offeredUnits(trx, entry.id);
  const outcome = await pictures.using(session, (epoch) =>
    image.withdrawOffer(session.id, { epoch, offerId: entry.id, keep: true, unlessHeld }),
  );
  if (outcome.kind === 'held') return;
  await returnOffered(trx, entry.id);
  await endOffered(trx, entry.id);
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

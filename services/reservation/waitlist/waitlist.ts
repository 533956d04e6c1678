import { problem } from '@ticketaka/platform/http';
import { newId } from '@ticketaka/platform/ids';
import { isDuplicateKey } from '@ticketaka/platform/mariadb';
import { sql } from 'kysely';
import { decideSale } from '../domain/sale-rules.ts';
import { errors } from '../errors.ts';
import type { KnownSession } from '../sessions/index.ts';
import { Stock } from './choose.ts';
import { countBefore, type EntryRow, eraseEntries, insertEntry, lastEntry, leave } from './entries.ts';
import { OneAtATime } from './one-at-a-time.ts';
import type { WaitlistParts } from './parts.ts';
import { serveOnce } from './round.ts';
import { offeredUnits } from './units.ts';

export interface JoinCall {
  readonly sessionId: string;
  readonly memberId: string;
  readonly grade: string | undefined;
  readonly quantity: number;
  readonly presaleCode: string | undefined;
}

interface Whose {
  readonly sessionId: string;
  readonly memberId: string;
}

/** Where a member is, as the page shows it. */
export interface Place {
  readonly session: KnownSession;
  readonly entry: EntryRow;
  /** How many who want such seats come before. */
  readonly before: number;
  /** Units of the offer that are not claimed. */
  readonly units: readonly number[];
}

/** Those who wait for seats of sessions that are sold out, and what they are offered. */
export class Waitlist {
  readonly #parts: WaitlistParts;
  readonly #serving: OneAtATime;

  constructor(parts: WaitlistParts) {
    this.#parts = parts;
    const help = 'Offers of seats to those who wait, made and run out';
    const offers = parts.metrics?.counter('waitlist_offers_total', help, ['what']);
    this.#serving = new OneAtATime(async (sessionId) => {
      for (let more = true; more; ) {
        const round = await serveOnce(parts, sessionId);
        offers?.inc({ what: 'made' }, round.made);
        offers?.inc({ what: 'ended' }, round.ended);
        more = round.more;
      }
    });
  }

  /** Offers what there is to those who wait for the session. @throws Unavailable */
  async serve(sessionId: string): Promise<void> {
    await this.#serving.run(sessionId);
  }

  /**
   * Joins the queue at its end. Who is in it already stays where they are.
   * @throws Problem session_not_found, grade_unknown, not_sold_out, waiting_already, and why the session is not sold to
   *   this member
   */
  async join(call: JoinCall): Promise<Place> {
    const { sessionId, memberId, quantity, grade = null } = call;
    const { db } = this.#parts;
    const session = await this.#session(sessionId);
    const wanted = grade === null ? undefined : session.grades.findIndex((each) => each.grade === grade);
    if (wanted === -1)
      throw problem(errors, 'grade_unknown', { extensions: { grades: session.grades.map((each) => each.grade) } });
    await this.#requireSale(session, call);
    const entry = await lastEntry(db.kysely, call);
    if (entry && isLive(entry)) return await this.#rejoin(session, entry, call);
    await this.#requireSoldOut(session, { grade: wanted, quantity });
    try {
      await db.transaction((trx) => insertEntry(trx, { id: newId(), sessionId, memberId, grade, quantity }));
    } catch (error) {
      if (!isDuplicateKey(error, 'live')) throw error;
      const other = await lastEntry(db.kysely, call);
      if (other) return await this.#rejoin(session, other, call);
    }
    return await this.find(call);
  }

  /** @throws Problem not_waiting */
  async find(whose: Whose): Promise<Place> {
    const { kysely } = this.#parts.db;
    const entry = await lastEntry(kysely, whose);
    if (!entry) throw problem(errors, 'not_waiting');
    const session = await this.#session(whose.sessionId);
    const before = entry.state === 'waiting' ? await countBefore(kysely, entry) : 0;
    const units = entry.state === 'offered' ? await offeredUnits(kysely, entry.id) : [];
    return { session, entry, before, units };
  }

  /** Leaves the queue; what was offered goes to the next. */
  async leave(whose: Whose): Promise<void> {
    const { db } = this.#parts;
    const entry = await lastEntry(db.kysely, whose);
    if (!entry || !isLive(entry)) return;
    await db.transaction((trx) => leave(trx, whose));
    await this.#serveSoon(whose.sessionId);
  }

  /**
   * Whether all of the units are offered to the member by this offer now.
   * @throws Problem offer_ended when it is over, or was never theirs
   */
  async offers(
    { offerId, sessionId, memberId }: Whose & { readonly offerId: string },
    units: readonly number[],
  ): Promise<boolean> {
    const { kysely } = this.#parts.db;
    const { rows } = await sql`
      SELECT 1 FROM waitlist
      WHERE id = ${offerId} AND session_id = ${sessionId} AND member_id = ${memberId}
        AND state = 'offered' AND offered_until > NOW(3)`.execute(kysely);
    if (rows.length === 0) throw problem(errors, 'offer_ended');
    const own = new Set(await offeredUnits(kysely, offerId));
    return units.every((unit) => own.has(unit));
  }

  /** Forgets a member who has left the house. */
  async forget(memberId: string): Promise<void> {
    const { db, image, pictures, sessions } = this.#parts;
    const entries = await db.transaction((trx) => eraseEntries(trx, memberId));
    for (const { id: offerId, session_id: sessionId, state } of entries) {
      if (state !== 'offered') continue;
      const session = await sessions.get(sessionId);
      if (!session) continue;
      await pictures.using(session, (epoch) => image.withdrawOffer(sessionId, { epoch, offerId, keep: true }));
      await this.#serveSoon(sessionId);
    }
  }

  /** The worker does it within a second, should it fail. */
  async #serveSoon(sessionId: string): Promise<void> {
    await this.serve(sessionId).catch((error: unknown) =>
      this.#parts.log.warn({ err: error, sessionId }, 'those who wait hear of seats later'),
    );
  }

  async #session(sessionId: string): Promise<KnownSession> {
    const session = await this.#parts.sessions.get(sessionId);
    if (!session) throw problem(errors, 'session_not_found');
    return session;
  }

  async #rejoin(session: KnownSession, entry: EntryRow, { grade, quantity }: JoinCall): Promise<Place> {
    if (entry.grade !== (grade ?? null) || entry.quantity !== quantity) throw problem(errors, 'waiting_already');
    return await this.find({ sessionId: session.id, memberId: entry.member_id });
  }

  async #requireSale(session: KnownSession, { memberId, quantity, presaleCode }: JoinCall): Promise<void> {
    const { db, buyers, presales } = this.#parts;
    const { perMemberLimit } = session.document.session;
    const { ageLimit, cancelled } = session.performance;
    const now = this.#parts.now();
    // The mail needs an address, also when members is away by then.
    const buyer = await buyers.get(memberId);
    const { rows } = await sql<{ taken: number }>`
      SELECT taken FROM member_sessions WHERE session_id = ${session.id} AND member_id = ${memberId}`.execute(
      db.kysely,
    );
    const decided = decideSale({
      now,
      session: {
        startsAt: session.startsAt,
        cancelled: session.document.session.cancelled,
        performanceCancelled: cancelled,
      },
      windows: await presales.windows(session, { code: presaleCode, now }),
      perMemberLimit,
      taken: rows[0]?.taken ?? 0,
      quantity,
      ageLimit,
      birthDate: buyer?.birthDate ?? '9999-12-31',
    });
    if (decided.ok) return;
    const { ok: _, code, ...more } = decided;
    throw problem(errors, code, { extensions: more });
  }

  /** Who can have the seats now is to buy them. */
  async #requireSoldOut(
    session: KnownSession,
    wanted: { readonly grade: number | undefined; readonly quantity: number },
  ): Promise<void> {
    const { layout, grades } = session;
    const stock = new Stock({ layout, grades: grades.length, free: await this.#parts.free.freshBits(session) });
    if (stock.best(wanted)) throw problem(errors, 'not_sold_out');
  }
}

function isLive({ state }: EntryRow): boolean {
  return state === 'waiting' || state === 'offered';
}

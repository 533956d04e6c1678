import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from '@ticketaka/platform/log';
import { type Database, Unavailable } from '@ticketaka/platform/mariadb';
import { sql } from 'kysely';
import type { SeatImage, Stale, TakenUnit } from '../seats/index.ts';
import type { KnownSession } from '../sessions/index.ts';
import type { Schema } from '../store/schema.ts';
import type { ReadLineage } from './lineage.ts';
import { directHolds, takenUnits, withHall } from './taken-units.ts';

export interface PicturesOptions {
  readonly db: Database<Schema>;
  readonly image: SeatImage;
  readonly lineage: ReadLineage;
  readonly log: Logger;
  readonly now: () => Date;
}

const lookAgainMs = 50;
/** Somebody else builds it: after so long they are taken to have died. */
const patienceMs = 3_000;
const roundsAtMost = 3;

/**
 * Sees to it that a session has its picture in Redis. Each picture has a number, the epoch, which is in MariaDB: whoever
 * raises it builds the picture, and all others wait.
 */
export class Pictures {
  readonly #options: PicturesOptions;
  readonly #epochs = new Map<string, number>();
  readonly #distrusted = new Set<string>();
  readonly #building = new Map<string, Promise<void>>();

  constructor(options: PicturesOptions) {
    this.#options = options;
  }

  /**
   * Does something with the picture of a session, which is built first when it is not there.
   * @throws Unavailable when it could not be built in time
   */
  async using<Outcome extends { readonly kind: string }>(
    session: KnownSession,
    work: (epoch: number) => Promise<Outcome>,
  ): Promise<Exclude<Outcome, Stale>> {
    if (this.#distrusted.has(session.id)) {
      await this.#raise(session, await this.#readEpoch(session.id));
      this.#distrusted.delete(session.id);
    }
    for (let round = 0; round < roundsAtMost; round += 1) {
      const outcome = await work(this.#epochs.get(session.id) ?? (await this.#readEpoch(session.id)));
      // What is not stale is one of the others.
      if (outcome.kind !== 'stale') return outcome as Exclude<Outcome, Stale>;
      await this.build(session);
    }
    throw new Unavailable(`the picture of session ${session.id} is being built`);
  }

  /** Something was claimed without the picture: it is built anew before it is used again. */
  distrust(sessionId: string): void {
    this.#distrusted.add(sessionId);
  }

  /** Builds the picture, or waits for whoever builds it. */
  build(session: KnownSession): Promise<void> {
    const building =
      this.#building.get(session.id) ?? this.#build(session).finally(() => this.#building.delete(session.id));
    this.#building.set(session.id, building);
    return building;
  }

  /**
   * Draws a picture anew that was drawn in another history of Redis than the one that is there now: this one may lack the
   * last changes. Any number of processes may; one does it, and the others wait.
   */
  async renew(session: KnownSession, lineage: string): Promise<void> {
    const { epoch, lineage: drawnIn } = await this.#readRow(session.id);
    if (drawnIn === lineage) await this.#untilThere(session.id);
    else await this.#raise(session, epoch);
  }

  /** Draws a picture anew that shows another hall than the session has by now. Of those at once one does it. */
  async redraw(session: KnownSession, epoch: number): Promise<void> {
    await this.#raise(session, epoch);
  }

  /** Of the picture that there is to be, whether it is drawn yet or not. */
  async epoch(sessionId: string): Promise<number> {
    return (await this.#readRow(sessionId)).epoch;
  }

  async #build(session: KnownSession): Promise<void> {
    const deadline = performance.now() + patienceMs;
    const known = this.#epochs.get(session.id);
    let epoch = await this.#readEpoch(session.id);
    while (performance.now() < deadline) {
      if ((await this.#options.image.epoch(session.id)) === epoch) return;
      // Somebody has raised the number since we last knew it, and is at work.
      if (known === undefined || known === epoch) break;
      await delay(lookAgainMs);
      epoch = await this.#readEpoch(session.id);
    }
    await this.#raise(session, epoch);
  }

  async #raise(session: KnownSession, from: number): Promise<void> {
    const { db, image, lineage } = this.#options;
    // Asked for before anything is drawn: of a Redis that takes its place meanwhile the next look sees that it is another.
    const drawnIn = (await lineage())?.id ?? null;
    const { numAffectedRows } = await sql`
      UPDATE sessions SET epoch = epoch + 1, lineage = COALESCE(${drawnIn}, lineage)
      WHERE session_id = ${session.id} AND epoch = ${from}`.execute(db.kysely);
    if (numAffectedRows === 1n) {
      const taken = await takenUnits(db.kysely, session.id);
      await image.rebuild(session.id, {
        epoch: from + 1,
        units: session.units,
        taken: withHall(session, taken).values(),
        settled: await directHolds(db.kysely, session.id),
      });
      await this.#catchUp(session.id, from + 1, taken);
    } else {
      await this.#untilThere(session.id);
    }
    await this.#readEpoch(session.id);
  }

  /** What was committed while the picture was drawn: claims, whose holds were pinned in the one before, and offers. */
  async #catchUp(sessionId: string, epoch: number, seen: ReadonlyMap<number, TakenUnit>) {
    const { db, image } = this.#options;
    const now = [...(await takenUnits(db.kysely, sessionId)).values()];
    const missed = now.flatMap((unit) => (seen.has(unit.unit) || unit.state === 'offered' ? [] : [unit]));
    for (let at = 0; at < missed.length; at += 500) {
      await image.merge(sessionId, { epoch, taken: missed.slice(at, at + 500) });
    }
    const offered = now.filter((unit) => unit.state === 'offered' && seen.get(unit.unit)?.state !== 'offered');
    for (const offer of offersAmong(offered, this.#options.now()))
      await image.offer(sessionId, { epoch, ...offer, claimsEnded: true });
  }

  async #untilThere(sessionId: string) {
    const deadline = performance.now() + patienceMs;
    while (performance.now() < deadline) {
      if ((await this.#options.image.epoch(sessionId)) === (await this.#readEpoch(sessionId))) return;
      await delay(lookAgainMs);
    }
  }

  async #readEpoch(sessionId: string): Promise<number> {
    const { epoch } = await this.#readRow(sessionId);
    this.#epochs.set(sessionId, epoch);
    return epoch;
  }

  async #readRow(sessionId: string) {
    return await this.#options.db.kysely
      .selectFrom('sessions')
      .select(['epoch', 'lineage'])
      .where('session_id', '=', sessionId)
      .executeTakeFirstOrThrow();
  }
}

function offersAmong(taken: readonly TakenUnit[], now: Date) {
  const offered = taken.flatMap((unit) => (unit.state === 'offered' ? [unit] : []));
  return Array.from(Map.groupBy(offered, ({ offerId }) => offerId).values(), (own) => {
    const units = own.map(({ unit }) => unit);
    return own.slice(0, 1).map(({ offerId, memberId, expiresAtMs }) => {
      return { offerId, memberId, units, ttlMs: Math.max(1, expiresAtMs - now.getTime()) };
    });
  }).flat();
}

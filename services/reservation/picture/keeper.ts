import { setTimeout as delay } from 'node:timers/promises';
import { Loop } from '@ticketaka/platform/due-work';
import type { Component } from '@ticketaka/platform/lifecycle';
import type { Logger } from '@ticketaka/platform/log';
import type { Database } from '@ticketaka/platform/mariadb';
import type { Metrics } from '@ticketaka/platform/metrics';
import { sql } from 'kysely';
import { type ClaimedUnit, readUnit, type SeatImage, unitState } from '../seats/index.ts';
import type { KnownSession, SessionBook } from '../sessions/index.ts';
import type { Schema } from '../store/schema.ts';
import type { ReadLineage } from './lineage.ts';
import type { Pictures } from './pictures.ts';
import { Renewals } from './renewals.ts';
import { takenUnits, withHall } from './taken-units.ts';

export interface PictureKeeperOptions {
  readonly db: Database<Schema>;
  readonly image: SeatImage;
  readonly pictures: Pictures;
  readonly lineage: ReadLineage;
  readonly sessions: SessionBook;
  readonly log: Logger;
  readonly metrics: Metrics;
  /** @default 1000 */
  readonly sweepMs?: number | undefined;
  /** @default 30 000 */
  readonly compareMs?: number | undefined;
  /** A difference counts when it is still there after so long: what is on its way arrives meanwhile. @default 2000 */
  readonly settledMs?: number | undefined;
  /** Between two looks whether Redis is another one. @default 1000 */
  readonly lineageMs?: number | undefined;
}

/** Units at once, as the commands of the picture take them. */
const portion = 500;

interface Differences {
  /** In MariaDB, and not in the picture. */
  readonly missing: ReadonlyMap<number, ClaimedUnit>;
  /** In the picture, and not in MariaDB. */
  readonly extra: ReadonlySet<number>;
}

/**
 * Keeps the pictures in Redis true: ends holds whose time is over, compares the pictures of sessions that sell with
 * MariaDB, which is right, and has them drawn anew when another Redis has taken its place. Any number of replicas may.
 */
export function createPictureKeeper(options: PictureKeeperOptions): Component {
  const { log, sweepMs = 1_000, compareMs = 30_000, lineageMs = 1_000 } = options;
  const keeper = new Keeper(options);
  const renewals = new Renewals(options);
  const loops = [
    new Loop({ name: 'sweep of holds', log, round: () => keeper.sweep().then(() => sweepMs) }),
    new Loop({ name: 'comparison of pictures', log, round: () => keeper.compareAll().then(() => compareMs) }),
    new Loop({
      name: 'look at which Redis it is',
      log,
      round: () => renewals.look().then(() => lineageMs),
      // Once it is back nobody waits long for the look.
      maxBackOffMs: lineageMs,
    }),
  ];
  return {
    name: 'keeper of pictures',
    async start() {
      for (const loop of loops) loop.start();
    },
    async stop() {
      await Promise.all(loops.map((loop) => loop.stop()));
    },
  };
}

class Keeper {
  readonly #options: PictureKeeperOptions;
  readonly #drift;

  constructor(options: PictureKeeperOptions) {
    this.#options = options;
    this.#drift = options.metrics.gauge('image_drift_units', 'Units of which the picture was wrong when last compared');
  }

  async sweep(): Promise<void> {
    const { image } = this.#options;
    for (const sessionId of await image.activeSessions()) await image.sweep(sessionId);
  }

  async compareAll(): Promise<void> {
    let drift = 0;
    for (const sessionId of await this.#selling()) drift += await this.#compare(sessionId);
    this.#drift.set(drift);
  }

  /** Sessions with holds, and those in which something was sold or given back a short while ago. */
  async #selling(): Promise<ReadonlySet<string>> {
    const { db, image } = this.#options;
    const { rows } = await sql<{ session_id: string }>`
      SELECT DISTINCT session_id FROM reservations WHERE updated_at > NOW(3) - INTERVAL 5 MINUTE`.execute(db.kysely);
    return new Set([...(await image.activeSessions()), ...rows.map(({ session_id }) => session_id)]);
  }

  /** @returns units that were wrong */
  async #compare(sessionId: string): Promise<number> {
    const { sessions, log, settledMs = 2_000 } = this.#options;
    const session = await sessions.get(sessionId);
    if (session && (await this.#isUndrawn(session.id))) {
      await delay(settledMs);
      if (await this.#isUndrawn(session.id)) await this.#options.pictures.build(session);
    }
    const first = session && (await this.#differences(session));
    if (!session || !first || first.missing.size + first.extra.size === 0) return 0;
    await delay(settledMs);
    const second = await this.#differences(session);
    if (!second) return 0;
    const missing = [...second.missing].flatMap(([unit, claim]) => (first.missing.has(unit) ? [claim] : []));
    const extra = [...second.extra].filter((unit) => first.extra.has(unit));
    const wrong = missing.length + extra.length;
    if (wrong === 0) return 0;
    log.warn({ sessionId, missing: missing.length, extra: extra.length }, 'the picture of a session is repaired');
    await this.#repair(session, { missing, extra });
    return wrong;
  }

  /** Whoever raised the epoch may have died before the picture of it was there: the one before goes on being used. */
  async #isUndrawn(sessionId: string): Promise<boolean> {
    const { image, pictures } = this.#options;
    const drawn = await image.epoch(sessionId);
    return drawn !== undefined && drawn !== (await pictures.epoch(sessionId));
  }

  /** @returns undefined when there is no picture: whoever needs it builds it */
  async #differences(session: KnownSession): Promise<Differences | undefined> {
    const { db, image } = this.#options;
    const picture = await image.bits(session.id);
    if (picture.kind === 'stale') return undefined;
    const taken = withHall(session, await takenUnits(db.kysely, session.id));
    const missing = new Map<number, ClaimedUnit>();
    const extra = new Set<number>();
    for (let unit = 0; unit < session.units; unit += 1) {
      const shown = readUnit(picture.bitmap, unit);
      const claim = taken.get(unit);
      const isShown = shown === unitState.taken || shown === unitState.blocked;
      if (claim && claim.state !== 'offered' && !isShown) missing.set(unit, claim);
      if (!claim && isShown) extra.add(unit);
    }
    return { missing, extra };
  }

  async #repair(
    session: KnownSession,
    { missing, extra }: { readonly missing: readonly ClaimedUnit[]; readonly extra: readonly number[] },
  ): Promise<void> {
    const { image, pictures } = this.#options;
    for (let at = 0; at < missing.length; at += portion) {
      const taken = missing.slice(at, at + portion);
      await pictures.using(session, (epoch) => image.merge(session.id, { epoch, taken }));
    }
    for (let at = 0; at < extra.length; at += portion) {
      const units = extra.slice(at, at + portion);
      await pictures.using(session, (epoch) => image.free(session.id, { epoch, units }));
      await pictures.using(session, (epoch) => image.unblock(session.id, { epoch, units }));
    }
  }
}

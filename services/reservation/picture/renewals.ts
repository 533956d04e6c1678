import type { Logger } from '@ticketaka/platform/log';
import type { Database } from '@ticketaka/platform/mariadb';
import { sql } from 'kysely';
import type { SeatImage } from '../seats/index.ts';
import type { SessionBook } from '../sessions/index.ts';
import type { Schema } from '../store/schema.ts';
import { isRenamed, type Lineage, type ReadLineage } from './lineage.ts';
import type { Pictures } from './pictures.ts';

export interface RenewalsOptions {
  readonly db: Database<Schema>;
  readonly image: Pick<SeatImage, 'epoch' | 'activeSessions'>;
  readonly pictures: Pictures;
  readonly lineage: ReadLineage;
  readonly sessions: Pick<SessionBook, 'get'>;
  readonly log: Logger;
}

/** Pictures that are drawn at once. */
const atOnce = 4;

/**
 * Has the pictures drawn anew, under new epochs, that were drawn in another history of Redis: after a replica was promoted
 * or Redis was started again they may lack the last holds and sales. Sessions in which something is held come first.
 */
export class Renewals {
  readonly #options: RenewalsOptions;
  /** All pictures there are were drawn in it, or after it began. */
  #settled: Lineage | undefined;

  constructor(options: RenewalsOptions) {
    this.#options = options;
  }

  /** Cheap as long as Redis is the one it was. */
  async look(): Promise<void> {
    const lineage = await this.#options.lineage();
    if (lineage === undefined || lineage.id === this.#settled?.id) return;
    if (this.#settled && isRenamed(this.#settled, lineage)) await this.#rename(this.#settled.id, lineage.id);
    const ids = await this.#drawnElsewhere(lineage.id);
    if (ids.length > 0)
      this.#options.log.warn({ sessions: ids.length }, 'Redis has another history: pictures are drawn anew');
    const waiting = ids[Symbol.iterator]();
    const lanes = Array.from({ length: atOnce }, async () => {
      let failed = 0;
      for (const id of waiting) if (!(await this.#renew(id, lineage.id))) failed += 1;
      return failed;
    });
    const failed = (await Promise.all(lanes)).reduce((sum, each) => sum + each, 0);
    if (failed === 0) this.#settled = lineage;
  }

  async #rename(from: string, to: string): Promise<void> {
    await sql`UPDATE sessions SET lineage = ${to} WHERE lineage = ${from}`.execute(this.#options.db.kysely);
  }

  /** Those of sessions that are still to come, or are on. */
  async #drawnElsewhere(lineage: string): Promise<readonly string[]> {
    const { db, image } = this.#options;
    const { rows } = await sql<{ session_id: string }>`
      SELECT session_id FROM sessions
      WHERE NOT (lineage <=> ${lineage}) AND epoch > 1 AND starts_at > NOW(3) - INTERVAL 1 DAY`.execute(db.kysely);
    const active = new Set(await image.activeSessions());
    const ids = rows.map((row) => row.session_id);
    return [...ids.filter((id) => active.has(id)), ...ids.filter((id) => !active.has(id))];
  }

  /** @returns false when it is to be tried again */
  async #renew(id: string, lineage: string): Promise<boolean> {
    const { image, pictures, sessions, log } = this.#options;
    try {
      // Of what is not there nobody sees anything, and whoever needs it has it drawn.
      if ((await image.epoch(id)) === undefined) return true;
      const session = await sessions.get(id);
      if (session) await pictures.renew(session, lineage);
      return true;
    } catch (error) {
      log.warn({ err: error, sessionId: id }, 'a picture could not be drawn anew, and is tried again');
      return false;
    }
  }
}

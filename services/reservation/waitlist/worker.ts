import { createDueWork, type DueRow, type DueWork } from '@ticketaka/platform/due-work';
import type { Logger } from '@ticketaka/platform/log';
import type { Database } from '@ticketaka/platform/mariadb';
import type { Metrics } from '@ticketaka/platform/metrics';
import { sql } from 'kysely';
import type { Schema } from '../store/schema.ts';
import { isLive } from './round.ts';
import type { Waitlist } from './waitlist.ts';

export interface WaitlistWorkOptions {
  readonly db: Database<Schema>;
  readonly waitlist: Pick<Waitlist, 'serve'>;
  readonly log: Logger;
  readonly metrics?: Metrics | undefined;
  /** The longest time between two looks, in milliseconds. @default 500 */
  readonly pollMs?: number | undefined;
}

/**
 * How often a session is looked at in which somebody waits or has an offer: holds that end by themselves, and offers,
 * tell nobody.
 */
const everySeconds = 1;

type SessionRow = DueRow & { readonly id: string };

/** Looks after the sessions that have a waitlist. One worker at a time has a session. */
export function createWaitlistWork({ db, waitlist, log, metrics, pollMs = 500 }: WaitlistWorkOptions): DueWork {
  return createDueWork<Schema, SessionRow>({
    db,
    table: 'waitlist_sessions',
    name: 'waitlists',
    log,
    pollMs,
    ...(metrics && { metrics }),
    retryAfterFailure: () => everySeconds,
    async handle({ id }) {
      await waitlist.serve(id);
      if (await isLive(db.kysely, id)) return { retryInSeconds: everySeconds };
      return {
        done: true,
        async write(trx) {
          // Somebody may have joined since; who joins from now on waits for this row.
          if (await isLive(trx, id))
            await sql`UPDATE waitlist_sessions SET due_at = NOW(3) WHERE id = ${id}`.execute(trx);
        },
      };
    },
  });
}

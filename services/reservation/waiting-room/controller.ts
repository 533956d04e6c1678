import { createDueWork, type DueRow, type DueWork, type Outcome } from '@ticketaka/platform/due-work';
import type { Logger } from '@ticketaka/platform/log';
import type { Database, Executor } from '@ticketaka/platform/mariadb';
import type { Metrics } from '@ticketaka/platform/metrics';
import type { Redis } from '@ticketaka/platform/redis';
import { sql } from 'kysely';
import { type Load, nextCrowding, nextServing } from './admission.ts';
import { RoomFigures } from './figures.ts';
import { createNumbers } from './numbers.ts';
import { Preparation } from './preparation.ts';
import { closeLobby, type RoomRow } from './room-store.ts';
import { isInForce } from './rooms.ts';

export interface AdmissionOptions<Schema> {
  readonly redis: Redis;
  readonly db: Database<Schema>;
  readonly log: Logger;
  readonly metrics?: Metrics | undefined;
  /** What is measured of a session's sale. When it rejects, nobody is let in at that step. */
  readonly observe: (sessionId: string) => Promise<Load>;
  /** Time between two steps of a queue. @default 1000 */
  readonly stepMs?: number | undefined;
}

interface Row extends DueRow, RoomRow {
  readonly id: string;
}

/** A worker that died holds a queue up for so long. */
const leaseSeconds = 5;
/** `auto` and not crowded: how often it is looked. */
const calmStepSeconds = 3;

/**
 * Lets people in, for a worker: any number of replicas. A queue's step belongs to whoever has the lease of its row, and
 * how much time there is to make up is the row's too, by the database's clock. So two controllers at once do not let in
 * more than one, and what one leaves the next takes up.
 */
export function createAdmission<Schema>(options: AdmissionOptions<Schema>): DueWork {
  const { redis, db, log, metrics, observe, stepMs = 1_000 } = options;
  const numbers = createNumbers(redis);
  const preparation = new Preparation({ db, numbers, log });
  const admitted = metrics?.counter('waiting_room_admitted_total', 'People whose turn it became');
  const figures = metrics && new RoomFigures(metrics);

  async function handle(row: Row): Promise<Outcome<Schema>> {
    if (row.mode === 'off') return { done: true };
    if (row.state === 'lobby') {
      const seconds = await closeLobby(db, row.id);
      return { retryInSeconds: seconds > 0 ? Math.min(seconds, calmStepSeconds) : 0 };
    }
    // Redis may be down, and the queue goes on: then every number that may have been given counts as given.
    const count = await numbers.count(row.id).catch(() => undefined);
    if (count && (!count.ready || row.redis_behind === 1)) preparation.begin(row, count.ready);
    if (row.state === 'shuffling') return { retryInSeconds: stepMs / 5_000 };
    const given = count && count.ceiling === row.ceiling ? count.issued : row.ceiling;
    const issued = Math.max(given, row.lobby_count);
    const { serving, rate } = row;
    const inForce = isInForce(row);
    // Before anything is measured: a queue that stands still is one that has to be seen.
    if (inForce) figures?.show(row.id, { waiting: Math.max(0, issued - serving), serving, rate });
    else figures?.hide(row.id);
    const load = await observe(row.id);
    const bounds = {
      ...load,
      degraded: load.degraded || count === undefined,
      issued,
      rateLimit: row.rate_limit ?? undefined,
    };
    return {
      retryInSeconds: inForce ? stepMs / 1_000 : calmStepSeconds,
      write: async (trx) => {
        const people = await advance(trx, row.id, bounds);
        admitted?.inc(people);
      },
    };
  }

  const work = createDueWork<Schema, Row>({
    db,
    table: 'waiting_rooms',
    name: 'waiting rooms',
    handle,
    log,
    leaseSeconds,
    retryAfterFailure: () => stepMs / 1_000,
    ...(metrics && { metrics }),
  });
  return {
    name: work.name,
    start: () => work.start(),
    wake: () => work.wake(),
    async stop() {
      await preparation.stop();
      await work.stop();
    },
  };
}

interface State {
  readonly mode: RoomRow['mode'];
  readonly serving: number;
  readonly rate: number;
  readonly credit: number;
  readonly share: number;
  readonly crowded: 0 | 1;
  readonly calm_seconds: number;
  readonly elapsed: number;
}

/** One step, in the transaction that proves the lease. @returns how many were let in */
async function advance(trx: Executor, sessionId: string, load: Load & { readonly issued: number }): Promise<number> {
  const { rows } = await sql<State>`
    SELECT mode, serving, rate, credit, share, crowded, calm_seconds,
      TIMESTAMPDIFF(MICROSECOND, advanced_at, NOW(3)) / 1e6 AS elapsed
    FROM waiting_rooms WHERE id = ${sessionId} AND state = 'open' FOR UPDATE`.execute(trx);
  const [state] = rows;
  if (!state) return 0;
  const { elapsed } = state;
  const { serving, rate, credit, share } = nextServing(state, load, elapsed);
  const before = { crowded: state.crowded === 1, calmSeconds: state.calm_seconds };
  const waiting = load.issued - serving;
  const after = state.mode === 'auto' ? nextCrowding(before, { ...load, share, waiting }, elapsed) : before;
  await sql`
    UPDATE waiting_rooms
    SET serving = ${serving}, rate = ${rate}, credit = ${credit}, share = ${share}, crowded = ${after.crowded},
      calm_seconds = ${after.calmSeconds}, advanced_at = NOW(3)
    WHERE id = ${sessionId}`.execute(trx);
  return serving - state.serving;
}

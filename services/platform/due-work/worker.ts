import { setTimeout as delay } from 'node:timers/promises';
import { sql, type Transaction } from 'kysely';
import type { Component } from '../lifecycle/index.ts';
import type { Logger } from '../log/index.ts';
import { type AnyDatabase, type Database, isUnavailable } from '../mariadb/index.ts';
import type { Metrics } from '../metrics/index.ts';
import { withTrace } from '../telemetry/index.ts';
import { type Claim, type ClaimOptions, claimDue, overdueSeconds, untilNextClaim } from './claim.ts';
import { figuresOf } from './figures.ts';
import { Loop } from './loop.ts';

/** How often it is looked how far the work is behind, in milliseconds. */
const measureEvery = 10_000;

/** What due work knows of a row. */
export interface DueRow {
  readonly id: number | string;
  readonly attempts: number;
}

/**
 * What became of a row: `done` takes it out of the due ones, `retryInSeconds` makes it due again, counted from now.
 * `write` runs in the transaction that says so, and only while the row is still this worker's: the place for the
 * service's own columns and for its outbox. A handler that throws is tried again after `retryAfterFailure`.
 */
export type Outcome<Schema> = (
  | { readonly done: true; readonly retryInSeconds?: never }
  | { readonly retryInSeconds: number; readonly done?: never }
) & { readonly write?: (trx: Transaction<Schema>) => Promise<void> };

export interface HandleContext {
  /** Aborts when the lease has run out: another worker may have the row, so stop. */
  readonly signal: AbortSignal;
}

export interface DueWorkOptions<Schema, Row extends DueRow> {
  readonly db: Database<Schema>;
  /** A table with a primary key `id` and the columns of `addDueColumns`. */
  readonly table: string;
  /** What it is, in logs and metrics: `emails`. */
  readonly name: string;
  readonly handle: (row: Row, context: HandleContext) => Promise<Outcome<Schema>>;
  readonly log: Logger;
  readonly metrics?: Metrics;
  /** Rows of one claim. @default 100 */
  readonly batch?: number;
  /** Rows in work at once. @default 10 */
  readonly concurrency?: number;
  /** Longer than a handler may take. @default 60 */
  readonly leaseSeconds?: number;
  /** The longest time between two looks, in milliseconds. @default 500 */
  readonly pollMs?: number;
  /** Seconds to wait after a handler threw; `attempts` counts this one. @default 5, doubling, at most 900 */
  readonly retryAfterFailure?: (attempts: number) => number;
}

export interface DueWork extends Required<Component> {
  /** Looks now. For `afterCommit`, so that new work does not wait for the next look. */
  wake(): void;
}

type ClaimRows = <Row extends DueRow>(db: AnyDatabase, options: ClaimOptions<Row>) => Promise<Claim<Row>>;

/**
 * Works on rows that are due, each at least once, by any number of replicas: a row is claimed by pushing its due time
 * forward, and what came of it is written only while the claim holds. A worker that dies does not cost a row one of its
 * attempts: those are counted at the end.
 */
export class DueWorker<Schema, Row extends DueRow> implements DueWork {
  readonly name: string;
  readonly #options: DueWorkOptions<Schema, Row>;
  readonly #claim: ClaimRows;
  readonly #batch: number;
  readonly #concurrency: number;
  readonly #leaseSeconds: number;
  readonly #loop: Loop;
  readonly #running = new Set<Promise<void>>();
  readonly #figures;
  #measuredAt = -Infinity;

  /** @param claim another way to claim, for a test that shows what this one prevents */
  constructor(options: DueWorkOptions<Schema, Row>, claim: ClaimRows = claimDue) {
    const { name, log, metrics } = options;
    this.name = `due work ${name}`;
    this.#options = options;
    this.#claim = claim;
    this.#concurrency = options.concurrency ?? 10;
    this.#batch = Math.min(options.batch ?? 100, this.#concurrency);
    this.#leaseSeconds = options.leaseSeconds ?? 60;
    this.#loop = new Loop({ name: this.name, log, round: () => this.#round() });
    this.#figures = metrics && figuresOf(metrics);
  }

  async start(): Promise<void> {
    this.#loop.start();
  }

  wake(): void {
    this.#loop.wake();
  }

  /** Claims no more, and finishes what it has. */
  async stop(): Promise<void> {
    await this.#loop.stop();
    await Promise.all(this.#running);
  }

  async #round(): Promise<number> {
    const { db, table, pollMs = 500 } = this.#options;
    await this.#measure();
    const limit = Math.min(this.#batch, this.#concurrency - this.#running.size);
    // A claim costs as much for one row as for many: wait until half of the places are free. The row that ends wakes us.
    if (limit < this.#batch / 2) return pollMs;
    const claim = await this.#claim<Row>(db, { table, limit, leaseSeconds: this.#leaseSeconds });
    if (claim.rows.length > 0) this.#startAll(claim);
    if (claim.rows.length === limit) return 0;
    return await untilNextClaim(db, { table, pollMs, claimed: claim.rows.length });
  }

  async #measure() {
    const { db, table, name } = this.#options;
    if (!this.#figures || performance.now() - this.#measuredAt < measureEvery) return;
    const seconds = await overdueSeconds(db, table);
    this.#measuredAt = performance.now();
    this.#figures.overdue.set({ work: name }, seconds);
  }

  #startAll(claim: Claim<Row>) {
    const signal = AbortSignal.timeout(Math.max(0, Math.floor(claim.until - performance.now())));
    for (const row of claim.rows) {
      const work = this.#work(row, claim, signal)
        .catch((error: unknown) => {
          // The lease runs out, and the row is due again.
          this.#options.log.error({ err: error, id: row.id }, `${this.name}: the outcome could not be written`);
        })
        .finally(() => {
          this.#running.delete(work);
          this.#loop.wake();
        });
      this.#running.add(work);
    }
  }

  async #work(row: Row, claim: Claim<Row>, signal: AbortSignal) {
    const { name } = this.#options;
    const startedAt = performance.now();
    const [outcome, handled] = await this.#handle(row, signal);
    const [kept, result] = await this.#settle(row, claim, outcome).then(
      (isKept) => [isKept, handled] as const,
      // What it writes failed for a reason of its own, so it has failed as if the handler had.
      async (error: unknown) => [await this.#settle(row, claim, this.#failure(row, error)), 'failed'] as const,
    );
    if (!kept) this.#options.log.warn({ id: row.id }, `${this.name}: the lease ran out before the work was done`);
    this.#figures?.handled.inc({ work: name, outcome: kept ? result : 'lost' });
    this.#figures?.seconds.observe({ work: name }, (performance.now() - startedAt) / 1_000);
  }

  async #handle(row: Row, signal: AbortSignal): Promise<[Outcome<Schema>, 'done' | 'retry' | 'failed']> {
    try {
      const outcome = await withTrace(undefined, () => this.#options.handle(row, { signal }));
      return [outcome, outcome.done ? 'done' : 'retry'];
    } catch (error) {
      return [this.#failure(row, error), 'failed'];
    }
  }

  #failure(row: Row, error: unknown): Outcome<Schema> {
    const { log, retryAfterFailure = doubling } = this.#options;
    const retryInSeconds = retryAfterFailure(row.attempts + 1);
    const level = isUnavailable(error) ? 'warn' : 'error';
    log[level]({ err: error, id: row.id, retryInSeconds }, `${this.name}: a row failed`);
    return { retryInSeconds };
  }

  /** Writes the outcome, patiently: what was done would otherwise be done again. False when the row is no longer ours. */
  async #settle(row: Row, claim: Claim<Row>, outcome: Outcome<Schema>): Promise<boolean> {
    for (;;) {
      try {
        return await this.#write(row, claim, outcome);
      } catch (error) {
        if (!isUnavailable(error) || performance.now() > claim.until) throw error;
      }
      await delay(100 + Math.random() * 200);
    }
  }

  async #write({ id }: Row, { token }: Claim<Row>, outcome: Outcome<Schema>): Promise<boolean> {
    const { db, table } = this.#options;
    const dueAt = outcome.done
      ? sql`NULL`
      : sql`NOW(3) + INTERVAL ${Math.round(outcome.retryInSeconds * 1e6)} MICROSECOND`;
    const update = sql`
      UPDATE ${sql.table(table)} SET due_at = ${dueAt}, lease_token = NULL, attempts = attempts + 1
      WHERE id = ${id} AND lease_token = ${token}`;
    const { write } = outcome;
    if (!write) return (await update.execute(db.kysely)).numAffectedRows === 1n;
    return await db.transaction(async (trx) => {
      const { numAffectedRows } = await update.execute(trx);
      if (numAffectedRows !== 1n) return false;
      await write(trx);
      return true;
    });
  }
}

function doubling(attempts: number) {
  return Math.min(900, 5 * 2 ** Math.min(attempts - 1, 10));
}

/** Works on the due rows of a table; see {@link DueWorker}. */
export function createDueWork<Schema, Row extends DueRow>(options: DueWorkOptions<Schema, Row>): DueWork {
  return new DueWorker(options);
}

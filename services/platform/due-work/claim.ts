import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import type { AnyDatabase, Executor } from '../mariadb/index.ts';

export interface ClaimOptions<Row> {
  /** Has `id`, the columns of `addDueColumns`, and the key `due`. */
  readonly table: string;
  readonly limit: number;
  readonly leaseSeconds: number;
  /** Of the locked rows, those to take; the others stay due. Runs in the transaction of the claim. @default all */
  readonly choose?: (trx: Executor, rows: readonly Row[]) => Promise<readonly Row[]>;
}

export interface Claim<Row> {
  /** Proves the lease. Every later write to the rows must ask for it, so that a worker that was too slow does no harm. */
  readonly token: string;
  /** As they were before the claim. */
  readonly rows: readonly Row[];
  /** When the lease ends at the earliest, on `performance.now()`'s clock. */
  readonly until: number;
}

/**
 * Leases due rows, those longest due first, for as long as `leaseSeconds` by the database's clock. The lease is
 * `due_at` pushed forward: rows of a worker that died become due again by themselves.
 *
 * The key `due (due_at, id)` gives the rows in order. Without it InnoDB would lock every candidate in order to sort
 * them, and a second worker would find nothing that is not locked.
 */
export async function claimDue<Row extends { readonly id: unknown }>(
  db: AnyDatabase,
  { table, limit, leaseSeconds, choose }: ClaimOptions<Row>,
): Promise<Claim<Row>> {
  const token = randomUUID();
  const until = performance.now() + leaseSeconds * 1_000;
  const rows = await db.transaction(async (trx) => {
    const locked = await dueRows<Row>(table, limit).execute(trx);
    const chosen = choose && locked.rows.length > 0 ? await choose(trx, locked.rows) : locked.rows;
    if (chosen.length > 0) {
      await sql`
        UPDATE ${sql.table(table)}
        SET due_at = NOW(3) + INTERVAL ${leaseSeconds} SECOND, lease_token = ${token}
        WHERE id IN (${sql.join(chosen.map((row) => row.id))})`.execute(trx);
    }
    return chosen;
  });
  return { token, rows, until };
}

/** The statement that locks what is due. By itself, so that a test can ask the server how it runs it. */
export function dueRows<Row>(table: string, limit: number) {
  return sql<Row>`
    SELECT * FROM ${sql.table(table)} FORCE INDEX (due)
    WHERE due_at <= NOW(3) ORDER BY due_at, id LIMIT ${sql.lit(limit)}
    FOR UPDATE SKIP LOCKED`;
}

/**
 * Milliseconds until it is worth to claim again, at most `pollMs`: when the next row is due, so that none waits for the
 * poll. Rows that were due and could not be claimed are locked by others, so they are worth a short pause.
 */
export async function untilNextClaim(
  db: AnyDatabase,
  { table, pollMs, claimed }: { readonly table: string; readonly pollMs: number; readonly claimed: number },
): Promise<number> {
  const { rows } = await sql<{ ms: number }>`
    SELECT TIMESTAMPDIFF(MICROSECOND, NOW(3), due_at) DIV 1000 AS ms FROM ${sql.table(table)} FORCE INDEX (due)
    WHERE due_at IS NOT NULL ORDER BY due_at, id LIMIT 1`.execute(db.kysely);
  const next = rows[0]?.ms ?? Infinity;
  return Math.min(pollMs, Math.max(claimed === 0 ? 20 : 0, next));
}

/** How long the row that is longest due has been due, 0 when none is. One look at the end of the key. */
export async function overdueSeconds(db: AnyDatabase, table: string): Promise<number> {
  const { rows } = await sql<{ seconds: number }>`
    SELECT TIMESTAMPDIFF(SECOND, due_at, NOW(3)) AS seconds FROM ${sql.table(table)} FORCE INDEX (due)
    WHERE due_at <= NOW(3) ORDER BY due_at, id LIMIT 1`.execute(db.kysely);
  return rows[0]?.seconds ?? 0;
}

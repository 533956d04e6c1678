import { sql } from 'kysely';
import type { Db } from '../../store/schema.ts';

/** How long a run may be silent before it counts as dead, in seconds. */
export const leaseSeconds = 30;

/** Another run has the lease, or had it meanwhile: what is under way must not go on. */
export class LeaseLost extends Error {
  override readonly name = 'LeaseLost';
}

/** Takes the lease when nobody has it. @returns whether it did */
export async function takeLease(trx: Db, runId: string): Promise<boolean> {
  const { numUpdatedRows } = await trx
    .updateTable('collector_lease')
    .set({ run_id: runId, expires_at: sql<Date>`NOW(3) + INTERVAL ${sql.lit(leaseSeconds)} SECOND` })
    .where('name', '=', 'run')
    .where((lease) => lease.or([lease('run_id', 'is', null), lease('expires_at', '<', sql<Date>`NOW(3)`)]))
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

/** @throws LeaseLost */
export async function renewLease(db: Db, runId: string): Promise<void> {
  const { numUpdatedRows } = await db
    .updateTable('collector_lease')
    .set({ expires_at: sql<Date>`NOW(3) + INTERVAL ${sql.lit(leaseSeconds)} SECOND` })
    .where('name', '=', 'run')
    .where('run_id', '=', runId)
    .where('expires_at', '>=', sql<Date>`NOW(3)`)
    .executeTakeFirst();
  if (numUpdatedRows !== 1n) throw new LeaseLost('another collector took over');
}

/**
 * Makes sure, until the transaction ends, that the run has the lease: nobody can take it meanwhile. A process that was
 * asleep while another took over writes nothing more.
 * @throws LeaseLost
 */
export async function holdLease(trx: Db, runId: string): Promise<void> {
  const held = await trx
    .selectFrom('collector_lease')
    .select('name')
    .where('name', '=', 'run')
    .where('run_id', '=', runId)
    .where('expires_at', '>=', sql<Date>`NOW(3)`)
    .modifyEnd(sql`LOCK IN SHARE MODE`)
    .executeTakeFirst();
  if (!held) throw new LeaseLost('another collector took over');
}

export async function giveLeaseBack(db: Db, runId: string): Promise<void> {
  await db.updateTable('collector_lease').set({ run_id: null }).where('run_id', '=', runId).execute();
}

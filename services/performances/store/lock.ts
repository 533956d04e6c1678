import { sql } from 'kysely';
import type { Db } from './schema.ts';

type Lockable = 'venues' | 'halls' | 'performances';

/**
 * Holds a row until the transaction ends, so that nobody else changes it. Locks are taken in the order venue,
 * performance, hall.
 * @returns whether there is such a row
 */
export async function hold(trx: Db, table: Lockable, id: string): Promise<boolean> {
  const row = await trx.selectFrom(table).select('id').where('id', '=', id).forUpdate().executeTakeFirst();
  return row !== undefined;
}

/** Keeps a row from being changed until the transaction ends; others may keep it as well. */
export async function holdShared(trx: Db, table: Lockable, id: string): Promise<boolean> {
  const row = await trx
    .selectFrom(table)
    .select('id')
    .where('id', '=', id)
    // MariaDB does not know MySQL's FOR SHARE.
    .modifyEnd(sql`LOCK IN SHARE MODE`)
    .executeTakeFirst();
  return row !== undefined;
}

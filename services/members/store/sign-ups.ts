import { sql } from 'kysely';
import type { Db } from './members.ts';

/** Longer than any request can take, so that due work never meets the request that it stands in for. */
export const settleAfterSeconds = 60;

/** Notes that a sign-up is under way. Each further attempt puts the due date off again. */
export async function beginSignUp(db: Db, memberId: string): Promise<void> {
  const due = sql<Date>`NOW(3) + INTERVAL ${settleAfterSeconds} SECOND`;
  await db
    .insertInto('sign_ups')
    .values({ member_id: memberId, due_at: due, lease_token: null, missed_at: null })
    .onDuplicateKeyUpdate({ due_at: due, lease_token: null, missed_at: null })
    .execute();
}

/** Notes that auth has been asked and had no account. */
export async function missAccount(db: Db, memberId: string): Promise<void> {
  await db.updateTable('sign_ups').set({ missed_at: sql<Date>`NOW(3)` }).where('member_id', '=', memberId).execute();
}

export async function endSignUp(db: Db, memberId: string): Promise<void> {
  await db.deleteFrom('sign_ups').where('member_id', '=', memberId).execute();
}

import type { Outbox } from '@ticketaka/platform/outbox';
import { memberWithdrawn } from '../api.ts';
import type { Db } from '../store/members.ts';

/** May be told again: whoever hears of it erases what there is. */
export async function tellWithdrawal(trx: Db, outbox: Outbox, memberId: string): Promise<void> {
  await outbox.add(trx, memberWithdrawn, { memberId, at: new Date().toISOString() }, { subject: memberId });
}

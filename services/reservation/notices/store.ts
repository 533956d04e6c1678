import { newId } from '@ticketaka/platform/ids';
import { sql } from 'kysely';
import type { Db } from '../store/schema.ts';

/** What a buyer is told by mail. */
export type NoticeKind = 'confirmed' | 'cancelled' | 'refunded' | 'session-cancelled' | 'reminder';

export interface NewNotice {
  readonly reservationId: string;
  readonly kind: NoticeKind;
  /** What only this notice knows: which tickets, how much. */
  readonly detail?: Readonly<Record<string, unknown>>;
}

/** Has the worker write mails, so that nobody waits for their making. */
export async function addNotices(trx: Db, notices: readonly NewNotice[]): Promise<void> {
  if (notices.length === 0) return;
  const rows = notices.map(
    ({ reservationId, kind, detail }) =>
      sql`(${newId()}, ${reservationId}, ${kind}, ${JSON.stringify(detail ?? {})}, NOW(3))`,
  );
  await sql`
    INSERT INTO notices (id, reservation_id, kind, detail, due_at) VALUES ${sql.join(rows)}`.execute(trx);
}

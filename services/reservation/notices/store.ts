import { newId } from '@ticketaka/platform/ids';
import { insertRows } from '@ticketaka/platform/mariadb';
import type { Db } from '../store/schema.ts';

/** What a buyer is told by mail. */
export type NoticeKind = 'confirmed' | 'cancelled' | 'refunded' | 'session-cancelled' | 'reminder' | 'rescheduled';

export interface NewNotice {
  readonly reservationId: string;
  readonly kind: NoticeKind;
  /** What only this notice knows: which tickets, how much. */
  readonly detail?: Readonly<Record<string, unknown>>;
}

/** Has the worker write mails, so that nobody waits for their making. */
export async function addNotices(trx: Db, notices: readonly NewNotice[]): Promise<void> {
  await insertRows(
    trx,
    'INSERT INTO notices (id, reservation_id, kind, detail, due_at) VALUES (?, ?, ?, ?, NOW(3))',
    notices.map(({ reservationId, kind, detail }) => [newId(), reservationId, kind, JSON.stringify(detail ?? {})]),
  );
}

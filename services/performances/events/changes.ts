import { type Outbox, outgoing } from '@ticketaka/platform/outbox';
import { changeFeed, sessionCancelled } from '../api.ts';
import { documentsOf } from '../store/documents.ts';
import { raiseVersions } from '../store/performances.ts';
import type { Db } from '../store/schema.ts';

/** Documents that are in memory at once. */
const batch = 200;

/** Publishes performances that are new, in the transaction that made them. */
export async function announce(trx: Db, outbox: Outbox, ids: readonly string[]): Promise<void> {
  for (let from = 0; from < ids.length; from += batch) {
    for (const document of await documentsOf(trx, ids.slice(from, from + batch))) {
      const { id: performanceId, version } = document;
      const data = { change: 'put', performanceId, version, document } as const;
      await outbox.add(trx, changeFeed, data, { subject: performanceId });
    }
  }
}

/**
 * To be called once, after anything that the catalogue shows of these performances was changed, in the same
 * transaction: gives each its next version, and publishes it as it is now. Locks them until the transaction ends, which
 * is what keeps their events in order; what else a transaction reads of them it must read while it holds them.
 */
export async function announceChange(trx: Db, outbox: Outbox, ids: readonly string[]): Promise<void> {
  await raiseVersions(trx, ids);
  await announce(trx, outbox, ids);
}

export interface CancelledSessions {
  readonly performanceId: string;
  readonly sessionIds: readonly string[];
  /** Whose doing it is. */
  readonly by: string;
}

/** Tells of sessions to come that were called off, so that their buyers get everything back. */
export async function announceCancelled(trx: Db, outbox: Outbox, cancelled: CancelledSessions): Promise<void> {
  const { performanceId, sessionIds, by: cancelledBy } = cancelled;
  await outbox.addAll(
    trx,
    sessionIds.map((sessionId) => outgoing(sessionCancelled, { sessionId, performanceId, cancelledBy }, sessionId)),
  );
}

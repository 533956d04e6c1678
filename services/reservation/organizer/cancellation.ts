import { problem } from '@ticketaka/platform/http';
import { errors } from '../errors.ts';
import type { Parts } from '../use-cases/parts.ts';
import {
  cancellationOf,
  insertCancellation,
  type NewCancellation,
  type Progress,
  type RefundSums,
  refundSums,
  stopSales,
} from './cancellation-store.ts';
import type { SessionCancellation } from './schemas.ts';

/**
 * Stops the sales of a session and has everybody given everything back. Asking again gives the same cancellation, and
 * tries again what failed.
 * @throws Unavailable
 */
export async function startCancellation(
  { db, sessions }: Pick<Parts, 'db' | 'sessions'>,
  request: NewCancellation,
): Promise<SessionCancellation> {
  await db.transaction(async (trx) => {
    await stopSales(trx, request.sessionId);
    await insertCancellation(trx, request);
  });
  // The other processes hear of it within a second; until then claims are refused in MariaDB.
  sessions.withdraw(request.sessionId);
  return await readCancellation({ db }, request.sessionId);
}

/** @throws Problem cancellation_not_found */
export async function readCancellation({ db }: Pick<Parts, 'db'>, sessionId: string): Promise<SessionCancellation> {
  const [progress, refunds] = await Promise.all([
    cancellationOf(db.kysely, sessionId),
    refundSums(db.kysely, sessionId),
  ]);
  if (!progress) throw problem(errors, 'cancellation_not_found');
  return represent(progress, refunds);
}

/** What is done is what is not there any more: nothing has to be counted while it happens. */
function represent(progress: Progress, refunds: RefundSums): SessionCancellation {
  const { id, reason, total, open, failed, started_at: startedAt, finished_at: finishedAt } = progress;
  return {
    id,
    reason,
    state: finishedAt ? 'done' : 'running',
    total,
    done: Math.max(0, total - open),
    failed,
    refunds: { ...refunds },
    startedAt: startedAt.toISOString(),
    finishedAt: finishedAt?.toISOString() ?? null,
  };
}

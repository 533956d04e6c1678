import type { Runtime, Wiring } from '@ticketaka/platform/runtime';
import type { Config } from './config.ts';
import { consumeWithdrawals } from './events/consume-withdrawals.ts';
import { createNotices, createReminders } from './notices/index.ts';
import { consumeCancelledSessions, createSessionCancellations, followCancellations } from './organizer/index.ts';
import { createPictureKeeper } from './picture/index.ts';
import { createReschedulings } from './rescheduling/index.ts';
import { createRetention } from './retention/index.ts';
import { admissionLoad } from './use-cases/admission-load.ts';
import { createReservationRefunds } from './use-cases/refunds.ts';
import { createSettlements } from './use-cases/settlements.ts';
import { createAdmission } from './waiting-room/index.ts';
import { createWaitlistWork } from './waitlist/index.ts';
import { type Overrides, wireParts } from './wire.parts.ts';

/** What nobody waits for: claims that were left, refunds, mails. */
export async function wireWorker(runtime: Runtime<Config>, overrides: Overrides = {}): Promise<Wiring> {
  const { log, metrics, config } = runtime;
  const { parts, broker, redis, clock, lineage } = await wireParts(runtime, overrides);
  const { pollMs, compareMs, lineageMs } = overrides;
  const observe = admissionLoad({ redis, image: parts.image, now: parts.now, holdsPerSecond: config.HOLDS_PER_SECOND });
  return {
    components: [
      clock,
      parts.outbox,
      createSettlements({ ...parts, log, metrics, pollMs }),
      createReservationRefunds({ ...parts, log, metrics, pollMs }),
      createWaitlistWork({ ...parts, log, metrics, pollMs }),
      createPictureKeeper({ ...parts, lineage, log, metrics, compareMs, lineageMs }),
      createAdmission({ redis, db: parts.db, log, metrics, observe }),
      createNotices({ ...parts, metrics, pollMs }),
      createReminders({ ...parts, metrics, pollMs }),
      createSessionCancellations({ ...parts, metrics, pollMs, batch: overrides.cancellationBatch }),
      followCancellations(parts),
      createReschedulings({ ...parts, metrics, pollMs }),
      createRetention(parts),
      consumeCancelledSessions({ broker, ...parts }),
      consumeWithdrawals({ broker, ...parts }),
    ],
  };
}

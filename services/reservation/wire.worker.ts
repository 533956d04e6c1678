import type { Runtime, Wiring } from '@ticketaka/platform/runtime';
import type { Config } from './config.ts';
import { consumeWithdrawals } from './events/consume-withdrawals.ts';
import { createNotices, createReminders } from './notices/index.ts';
import { createReservationRefunds } from './use-cases/refunds.ts';
import { createSettlements } from './use-cases/settlements.ts';
import { type Overrides, wireParts } from './wire.parts.ts';

/** What nobody waits for: claims that were left, refunds, mails. */
export async function wireWorker(runtime: Runtime<Config>, overrides: Overrides = {}): Promise<Wiring> {
  const { log, metrics } = runtime;
  const { parts, broker } = await wireParts(runtime, overrides);
  const { pollMs } = overrides;
  return {
    components: [
      parts.outbox,
      createSettlements({ ...parts, log, metrics, pollMs }),
      createReservationRefunds({ ...parts, log, metrics, pollMs }),
      createNotices({ ...parts, metrics, pollMs }),
      createReminders({ ...parts, metrics, pollMs }),
      consumeWithdrawals({ broker, buyers: parts.buyers }),
    ],
  };
}

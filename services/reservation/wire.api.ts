import { createIdempotency } from '@ticketaka/platform/idempotency';
import type { Runtime, Wiring } from '@ticketaka/platform/runtime';
import { api } from './api.ts';
import { availabilityHandlers } from './availability/index.ts';
import type { Config } from './config.ts';
import { doorHandlers } from './door/index.ts';
import { holdHandlers } from './http/holds.ts';
import { createLimits } from './http/limits.ts';
import { reservationHandlers } from './http/reservations.ts';
import { webhookHandlers } from './http/webhooks.ts';
import { followCancellations, organizerHandlers } from './organizer/index.ts';
import { createWebhookGate } from './payments/index.ts';
import { refusedRefundHandlers } from './refused-refunds/index.ts';
import { followPerformances } from './sessions/follow-performances.ts';
import { ticketHandlers } from './tickets/index.ts';
import { ownReservation } from './use-cases/cancel.ts';
import { waitingRoomHandlers } from './waiting-room/index.ts';
import { waitlistHandlers } from './waitlist/index.ts';
import { type Overrides, wireParts } from './wire.parts.ts';

/** What buyers, organisers and staff ask. */
export async function wireApi(runtime: Runtime<Config>, overrides: Overrides = {}): Promise<Wiring> {
  const { log, metrics, config } = runtime;
  const { parts, broker, clock, waitingRoom, availability } = await wireParts(runtime, overrides);
  const limits = createLimits(config.RATE_LIMIT_SCALE);
  const idempotency = createIdempotency({ db: parts.db, log });
  const handlers = {
    ...holdHandlers(parts, limits.hold),
    ...reservationHandlers(parts),
    ...availabilityHandlers({ availability, sessions: parts.sessions }),
    ...waitlistHandlers(parts),
    ...waitingRoomHandlers({ waitingRoom, sessions: parts.sessions, limit: limits.queue }),
    ...ticketHandlers({ ...parts, requireOwn: (memberId, id) => ownReservation(parts.db.kysely, memberId, id) }),
    ...organizerHandlers(parts),
    ...refusedRefundHandlers(parts),
    ...doorHandlers({ ...parts, metrics }),
    ...webhookHandlers(parts, createWebhookGate(config.SALE_KEYS)),
  };
  return {
    app: runtime.app({ api, handlers, idempotency }),
    components: [
      clock,
      parts.outbox,
      idempotency,
      availability,
      waitingRoom,
      parts.load,
      followPerformances({ broker, sessions: parts.sessions, log }),
      followCancellations(parts),
    ],
  };
}

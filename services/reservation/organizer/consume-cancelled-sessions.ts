import { sessionCancelled } from '@ticketaka/performances/api';
import { type Broker, consumptionOf } from '@ticketaka/platform/broker';
import type { Component } from '@ticketaka/platform/lifecycle';
import { service } from '../service.ts';
import type { Parts } from '../use-cases/parts.ts';
import { startCancellation } from './cancellation.ts';

/** What the organiser is shown as the reason; buyers are told that the session was called off. */
const reason = '주최 측의 공연 취소';

/**
 * Has everybody given everything back whose session was called off in performances. The same again, and an organiser who
 * asks for it here as well, find the cancellation that there is.
 */
export function consumeCancelledSessions({
  broker,
  db,
  sessions,
}: Pick<Parts, 'db' | 'sessions'> & { readonly broker: Broker }): Component {
  return {
    name: 'cancelled sessions',
    async start() {
      await broker.consume(consumptionOf(service, sessionCancelled), async ({ data }) => {
        // One that nobody has looked at yet is written down first, so that nothing of it is sold from an older answer.
        await sessions.latest(data.sessionId);
        await startCancellation({ db, sessions }, { sessionId: data.sessionId, reason, by: data.cancelledBy });
      });
    },
  };
}

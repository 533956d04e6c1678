import { platformErrors } from '@ticketaka/platform/contract';
import { type Handlers, problem } from '@ticketaka/platform/http';
import type { api } from '../api.ts';
import { readWebhook, type WebhookGate } from '../payments/index.ts';
import { hearOfPayment } from '../use-cases/hear-of-payment.ts';
import type { Parts } from '../use-cases/parts.ts';

/** What the payment service tells us. It is answered when its news are settled, and sent again when they are not. */
export function webhookHandlers(parts: Parts, gate: WebhookGate): Pick<Handlers<typeof api>, 'tossWebhook'> {
  return {
    async tossWebhook({ params: { token }, body, log }) {
      if (!gate.admits(token)) throw problem(platformErrors, 'not_found');
      const event = readWebhook(body);
      if (event.kind === 'ignored') log.info({ eventType: event.eventType }, 'a webhook says nothing of payments');
      else await hearOfPayment(parts, event);
      return { status: 200, body: {} };
    },
  };
}

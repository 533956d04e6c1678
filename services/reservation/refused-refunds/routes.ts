import { access } from '@ticketaka/platform/contract';
import { z } from 'zod';
import { instant, reservationId, won } from '../schemas/common.ts';

const refundId = z.uuid().meta({ examples: ['0193e3a0-7b3c-7000-8000-af1a2b3c4d5e'] });

const Refused = z
  .object({
    id: refundId,
    reservationId,
    amount: won,
    reason: z.string(),
    code: z.string().meta({ description: 'Why, as the payment service calls it' }),
    provider: z.string(),
    paymentKey: z.string().meta({ description: 'What the payment service calls the payment' }),
    refusedAt: instant,
  })
  .meta({ id: 'RefusedRefund' });

const Page = z
  .object({ refunds: z.array(Refused), next: refundId.nullable().meta({ description: 'For the page after' }) })
  .meta({ id: 'RefusedRefunds' });

const Settled = z
  .object({ id: refundId, reservationId, amount: won, settledBy: z.uuid(), how: z.string(), settledAt: instant })
  .meta({ id: 'SettledRefund' });

/** Those who organise have nothing to do with it: the money is ours to give back. */
const admin = access.role('admin');

export const refusedRefundRoutes = {
  listRefusedRefunds: {
    method: 'GET',
    path: '/manage/refused-refunds',
    access: admin,
    summary: 'List the refunds that the payment service will never make, and nobody has made by hand',
    query: z.object({
      after: refundId.optional().meta({ description: '`next` of the page before' }),
      limit: z.coerce.number().int().min(1).max(100).default(50),
    }),
    responses: { 200: Page },
  },
  settleRefusedRefund: {
    method: 'POST',
    path: '/manage/refused-refunds/{refundId}/settlement',
    access: admin,
    summary: 'Say how the money of a refused refund was given back by hand',
    description:
      'The buyer is told that it has gone back, and the reservation comes to its end. What was said first stays. No account numbers.',
    idempotent: true,
    params: z.object({ refundId }),
    body: z.strictObject({ how: z.string().trim().min(1).max(500) }).meta({ id: 'HandSettlement' }),
    responses: { 200: Settled },
    errors: ['refund_not_found'],
  },
} as const;

import type { BoundRoutes } from '@ticketaka/platform/contract';
import { type Handler, problem } from '@ticketaka/platform/http';
import { errors } from '../errors.ts';
import { refusedRefunds, settleRefused } from '../payments/index.ts';
import type { Parts } from '../use-cases/parts.ts';
import { closeRefund } from '../use-cases/refunds.ts';
import type { refusedRefundRoutes } from './routes.ts';

type Routes = BoundRoutes<typeof refusedRefundRoutes>;

/** For operators: what has to be given back by hand. */
export function refusedRefundHandlers({ db, outbox }: Pick<Parts, 'db' | 'outbox'>): {
  readonly [Name in keyof Routes]: Handler<Routes[Name]>;
} {
  return {
    async listRefusedRefunds({ query: { after, limit } }) {
      const found = await refusedRefunds(db.kysely, { after, limit: limit + 1 });
      const page = found.slice(0, limit);
      const refunds = page.map(({ providerKey: paymentKey, refusedAt, ...refund }) => {
        return { ...refund, paymentKey, refusedAt: refusedAt.toISOString() };
      });
      return { status: 200, body: { refunds, next: found.length > limit ? (page.at(-1)?.id ?? null) : null } };
    },

    async settleRefusedRefund({ params: { refundId: id }, principal: { memberId: by }, body: { how }, log }) {
      const settled = await db.transaction(async (trx) => {
        const refund = await settleRefused(trx, { id, by, how });
        if (refund?.isNew) await closeRefund(trx, outbox, { ...refund, by, detail: { refund: id, byHand: true } });
        return refund;
      });
      if (!settled) throw problem(errors, 'refund_not_found');
      const { isNew, settledAt, ...refund } = settled;
      if (isNew) log.info({ refund: id, reservationId: refund.reservationId }, 'a refund was made by hand');
      return { status: 200, body: { ...refund, settledAt: settledAt.toISOString() } };
    },
  };
}

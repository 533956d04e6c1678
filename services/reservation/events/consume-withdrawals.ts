import { memberWithdrawn } from '@ticketaka/members/api';
import { type Broker, consumptionOf } from '@ticketaka/platform/broker';
import type { Component } from '@ticketaka/platform/lifecycle';
import type { Buyers } from '../buyers/buyers.ts';
import { service } from '../service.ts';
import type { Waitlist } from '../waitlist/index.ts';

/** Forgets who a buyer was when they leave. What was sold stays, as the law makes a seller keep it, under a number. */
export function consumeWithdrawals({
  broker,
  buyers,
  waitlist,
}: {
  readonly broker: Broker;
  readonly buyers: Buyers;
  readonly waitlist: Waitlist;
}): Component {
  return {
    name: 'withdrawals',
    async start() {
      await broker.consume(consumptionOf(service, memberWithdrawn), async ({ data }) => {
        await waitlist.forget(data.memberId);
        await buyers.erase(data.memberId);
      });
    },
  };
}

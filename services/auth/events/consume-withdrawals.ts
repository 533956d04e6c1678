import { memberWithdrawn } from '@ticketaka/members/api';
import { type Broker, consumptionOf } from '@ticketaka/platform/broker';
import type { Component } from '@ticketaka/platform/lifecycle';
import { service } from '../service.ts';
import { deleteAccount } from '../use-cases/accounts.ts';
import type { AuthParts } from '../use-cases/auth-parts.ts';

/** Erases the account and the sessions of whoever leaves. */
export function consumeWithdrawals(broker: Broker, parts: AuthParts): Component {
  return {
    name: 'withdrawals',
    async start() {
      await broker.consume(consumptionOf(service, memberWithdrawn), async ({ data }) => {
        await deleteAccount(parts, data.memberId);
      });
    },
  };
}

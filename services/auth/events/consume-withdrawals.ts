import { memberWithdrawn } from '@ticketaka/members/api';
import type { Broker } from '@ticketaka/platform/broker';
import type { Component } from '@ticketaka/platform/lifecycle';
import { service } from '../service.ts';
import { deleteAccount } from '../use-cases/accounts.ts';
import type { AuthParts } from '../use-cases/auth-parts.ts';

/** Erases the account and the sessions of whoever leaves. */
export function consumeWithdrawals(broker: Broker, parts: AuthParts): Component {
  const [consumption] = service.consumes;
  if (!consumption) throw new TypeError('auth consumes withdrawals');
  return {
    name: 'withdrawals',
    async start() {
      // The declaration knows the queue; the message, and so the type of its data, is this one.
      await broker.consume({ ...consumption, message: memberWithdrawn }, async ({ data }) => {
        await deleteAccount(parts, data.memberId);
      });
    },
  };
}

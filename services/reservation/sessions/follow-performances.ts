import { changeFeed } from '@ticketaka/performances/api';
import { type Broker, followingOf } from '@ticketaka/platform/broker';
import type { Component } from '@ticketaka/platform/lifecycle';
import type { Logger } from '@ticketaka/platform/log';
import { service } from '../service.ts';
import type { SessionBook } from './session-book.ts';

export interface FollowPerformancesOptions {
  readonly broker: Broker;
  readonly sessions: SessionBook;
  readonly log: Logger;
}

/** Keeps the sessions that this replica sells as performances has them. What it missed is asked for in a minute. */
export function followPerformances({ broker, sessions, log }: FollowPerformancesOptions): Component {
  return {
    name: 'follower of performances',
    async start() {
      const following = broker.follow(followingOf(service, changeFeed), { from: 'next' }, ({ data }) =>
        sessions.apply(data),
      );
      // Not waited for: sales do not stand on RabbitMQ.
      following.catch((error: unknown) => log.error({ err: error }, 'changes of performances are not followed'));
    },
  };
}

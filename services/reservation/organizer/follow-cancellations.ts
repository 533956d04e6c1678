import { Loop } from '@ticketaka/platform/due-work';
import type { Component } from '@ticketaka/platform/lifecycle';
import type { Parts } from '../use-cases/parts.ts';
import { cancelledSince } from './cancellation-store.ts';

const everyMs = 1_000;
/** Longer than a transaction may take to be seen. */
const lookBackSeconds = 60;

/** Has every replica know within a second or two which sessions organisers have called off. */
export function followCancellations({ db, sessions, log }: Pick<Parts, 'db' | 'sessions' | 'log'>): Component {
  let lastMs: number | undefined;
  const loop = new Loop({
    name: 'follower of cancellations',
    log,
    async round() {
      const now = performance.now();
      const seconds = lastMs === undefined ? undefined : lookBackSeconds + (now - lastMs) / 1_000;
      for (const sessionId of await cancelledSince(db.kysely, seconds)) sessions.withdraw(sessionId);
      lastMs = now;
      return everyMs;
    },
  });
  return {
    name: 'follower of cancellations',
    start: async () => loop.start(),
    stop: () => loop.stop(),
  };
}

import type { api as auth } from '@ticketaka/auth/api';
import { type Client, ProblemError } from '@ticketaka/platform/client';
import { createDueWork, type DueRow, type DueWork } from '@ticketaka/platform/due-work';
import type { Logger } from '@ticketaka/platform/log';
import type { Database } from '@ticketaka/platform/mariadb';
import type { Metrics } from '@ticketaka/platform/metrics';
import type { Outbox } from '@ticketaka/platform/outbox';
import { removePending } from '../store/members.ts';
import type { Schema } from '../store/schema.ts';
import { endSignUp } from '../store/sign-ups.ts';
import { complete } from './complete-sign-up.ts';

interface Row extends DueRow {
  readonly member_id: string;
}

interface Deps {
  readonly db: Database<Schema>;
  readonly outbox: Outbox;
  readonly auth: Client<typeof auth>;
  readonly log: Logger;
  readonly metrics: Metrics;
}

/** Brings sign-ups whose request died to an end: auth has the account, or there is no member. */
export function settleSignUps(deps: Deps): DueWork {
  const { db, log, metrics } = deps;
  return createDueWork<Schema, Row>({ db, table: 'sign_ups', name: 'sign-ups', pollMs: 5000, log, metrics, handle });

  async function handle({ member_id: id }: Row) {
    if (await hasAccount(id)) {
      await complete(deps, id);
      log.info({ memberId: id }, 'sign-up finished after its request died');
      return { done: true } as const;
    }
    await db.transaction(async (trx) => {
      await removePending(trx, id);
      await endSignUp(trx, id);
    });
    log.info({ memberId: id }, 'sign-up undone after its request died');
    return { done: true } as const;
  }

  async function hasAccount(memberId: string) {
    try {
      await deps.auth.getAccount({ params: { memberId } });
      return true;
    } catch (error) {
      if (error instanceof ProblemError && error.code === 'account_not_found') return false;
      throw error;
    }
  }
}

import type { api as auth } from '@ticketaka/auth/api';
import { type Client, ProblemError } from '@ticketaka/platform/client';
import { createDueWork, type DueRow, type DueWork, type Outcome } from '@ticketaka/platform/due-work';
import type { Logger } from '@ticketaka/platform/log';
import { afterCommit, type Database } from '@ticketaka/platform/mariadb';
import type { Metrics } from '@ticketaka/platform/metrics';
import type { Outbox } from '@ticketaka/platform/outbox';
import { type Db, removePending } from '../store/members.ts';
import type { Schema } from '../store/schema.ts';
import { endSignUp, missAccount, settleAfterSeconds } from '../store/sign-ups.ts';
import { completeIn } from './complete-sign-up.ts';

interface Row extends DueRow {
  readonly member_id: string;
  readonly missed_at: Date | null;
}

interface Deps {
  readonly db: Database<Schema>;
  readonly outbox: Outbox;
  readonly auth: Client<typeof auth>;
  readonly log: Logger;
  readonly metrics: Metrics;
  /** The longest time between two looks, in milliseconds. @default 5000 */
  readonly pollMs?: number | undefined;
}

/**
 * Brings sign-ups whose request died to an end: auth has the account, or there is no member. What is found is written only
 * while the row is still this worker's, so a further attempt with the same ticket, which takes it back, is never undone.
 * Auth may have had the request before the question and make the account after it, so it is asked twice, a while apart,
 * before a sign-up is undone.
 */
export function settleSignUps(deps: Deps): DueWork {
  const { db, outbox, log, metrics, pollMs = 5000 } = deps;
  return createDueWork<Schema, Row>({ db, table: 'sign_ups', name: 'sign-ups', pollMs, log, metrics, handle });

  async function handle({ member_id: id, missed_at: missedAt }: Row): Promise<Outcome<Schema>> {
    if (await hasAccount(id)) return { done: true, write: (trx) => finish(trx, id) };
    if (!missedAt) return { retryInSeconds: settleAfterSeconds, write: (trx) => missAccount(trx, id) };
    return { done: true, write: (trx) => undo(trx, id) };
  }

  async function finish(trx: Db, memberId: string) {
    await completeIn(trx, outbox, memberId);
    afterCommit(trx, () => log.info({ memberId }, 'sign-up finished after its request died'));
  }

  async function undo(trx: Db, memberId: string) {
    await removePending(trx, memberId);
    await endSignUp(trx, memberId);
    afterCommit(trx, () => log.info({ memberId }, 'sign-up undone after its request died'));
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

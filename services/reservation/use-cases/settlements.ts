import { createDueWork, type DueWork, type Outcome } from '@ticketaka/platform/due-work';
import type { Logger } from '@ticketaka/platform/log';
import { afterCommit } from '@ticketaka/platform/mariadb';
import type { Metrics } from '@ticketaka/platform/metrics';
import { sql } from 'kysely';
import { endClaim, type Settled, settleIn } from '../claims/index.ts';
import { type CapturedPayment, type Resolution, resolvePayment } from '../payments/index.ts';
import { writeMoves } from '../store/moves.ts';
import { lockReservations, type ReservationRow } from '../store/reservations.ts';
import type { Db, Schema } from '../store/schema.ts';
import type { Parts } from './parts.ts';
import { capturedOf } from './pay.ts';
import { showSettled } from './release-picture.ts';

export interface SettlementOptions
  extends Pick<
    Parts,
    'db' | 'outbox' | 'ticketsSold' | 'payments' | 'image' | 'pictures' | 'sessions' | 'waitlist' | 'now'
  > {
  readonly log: Logger;
  readonly metrics?: Metrics | undefined;
  /** The longest time between two looks, in milliseconds. @default 500 */
  readonly pollMs?: number | undefined;
}

const askAgainSeconds = 5;

/**
 * Brings claims to an end whose requests did not: asks what became of their payments, sells what is paid for, and lets go
 * of what is not, when its time is over.
 */
export function createSettlements(options: SettlementOptions): DueWork {
  const { db, log, metrics, pollMs = 500 } = options;
  const settlement = new Settlement(options);
  return createDueWork<Schema, ReservationRow>({
    db,
    table: 'reservations',
    name: 'claims',
    log,
    pollMs,
    ...(metrics && { metrics }),
    handle: (row) => settlement.handle(row),
  });
}

class Settlement {
  readonly #options: SettlementOptions;
  readonly #found;

  constructor(options: SettlementOptions) {
    this.#options = options;
    const help = 'Claims that were looked after, by what was found of their payments';
    this.#found = options.metrics?.counter('reservation_settlements_total', help, ['found']);
  }

  async handle(row: ReservationRow): Promise<Outcome<Schema>> {
    const amount = row.ticket_total + row.fee;
    const { leftSeconds, ageSeconds } = await timesOf(this.#options.db.kysely, row.id);
    if (row.payment_key === null) {
      // Nothing was tried with the payment service, or it said no.
      return amount > 0 && leftSeconds > 0 ? { retryInSeconds: leftSeconds } : this.#expire(row);
    }
    const resolution = await resolvePayment(this.#options.payments, {
      orderId: row.hold_id,
      paymentKey: row.payment_key,
      amount,
      ageSeconds,
    });
    this.#found?.inc({ found: resolution.kind });
    return this.#resolved(row, resolution);
  }

  #resolved(row: ReservationRow, resolution: Resolution): Outcome<Schema> {
    switch (resolution.kind) {
      case 'captured':
        return this.#settle(capturedOf(row, resolution.approval));
      case 'declined':
        return { retryInSeconds: 1, write: (trx) => forgetPayment(trx, row, resolution.code) };
      case 'never':
        return this.#expire(row);
      case 'contradiction': {
        const { paymentKey, amount } = resolution;
        this.#options.log.error({ reservationId: row.id }, 'a payment of another amount was captured, and goes back');
        const approval = { kind: 'approved', paymentKey, amount, approvedAt: this.#options.now(), method: '' } as const;
        return this.#settle(capturedOf(row, approval));
      }
      default:
        return { retryInSeconds: askAgainSeconds };
    }
  }

  #settle(payment: CapturedPayment): Outcome<Schema> {
    return {
      done: true,
      write: async (trx) => this.#show(trx, await settleIn(trx, this.#options, payment)),
    };
  }

  #expire({ id, payment_key: asked }: ReservationRow): Outcome<Schema> {
    return {
      done: true,
      write: async (trx) => {
        const [row] = await lockReservations(trx, [id]);
        if (row?.state !== 'CLAIMED') return;
        // Another payment was begun since it was looked at: first it has to be known what became of that one.
        if (row.payment_key !== asked) await lookAgain(trx, id);
        else this.#show(trx, { released: await endClaim(trx, this.#options.outbox, { row, on: 'expired' }) });
      },
    };
  }

  #show(trx: Db, changed: Pick<Settled, 'taken' | 'released'>): void {
    afterCommit(trx, () => void showSettled(this.#options, changed));
  }
}

/**
 * Seconds until the claim is over, and since something was last tried for it, which is not when its row last changed: each
 * look at it changes that. By the clock of MariaDB, which wrote the times: that of a process may be wrong.
 */
async function timesOf(db: Db, id: string): Promise<{ readonly leftSeconds: number; readonly ageSeconds: number }> {
  const { rows } = await sql<{ left_ms: number | null; age_ms: number | null }>`
    SELECT TIMESTAMPDIFF(MICROSECOND, NOW(3), expires_at) DIV 1000 AS left_ms,
      (SELECT TIMESTAMPDIFF(MICROSECOND, MAX(at), NOW(3)) DIV 1000 FROM reservation_audit
        WHERE reservation_id = reservations.id) AS age_ms
    FROM reservations WHERE id = ${id}`.execute(db);
  return { leftSeconds: (rows[0]?.left_ms ?? 0) / 1000, ageSeconds: (rows[0]?.age_ms ?? 0) / 1000 };
}

async function lookAgain(trx: Db, id: string): Promise<void> {
  await trx
    .updateTable('reservations')
    .set({ due_at: sql<Date>`NOW(3) + INTERVAL ${sql.lit(askAgainSeconds)} SECOND` })
    .where('id', '=', id)
    .execute();
}

/** Another card may be tried while the claim lasts. */
async function forgetPayment(trx: Db, { id, payment_key: asked }: ReservationRow, code: string): Promise<void> {
  const [row] = await lockReservations(trx, [id]);
  if (row?.state !== 'CLAIMED' || row.payment_key !== asked) return;
  await trx.updateTable('reservations').set({ payment_key: null }).where('id', '=', id).execute();
  await writeMoves(trx, [{ reservationId: id, from: 'CLAIMED', on: 'payment_declined', by: null, detail: { code } }]);
}

import { sql } from 'kysely';
import { type Claim, claimDue, Loop, untilNextClaim } from '../due-work/index.ts';
import type { Component } from '../lifecycle/index.ts';
import type { Logger } from '../log/index.ts';
import { type AnyDatabase, isUnavailable, Unavailable } from '../mariadb/index.ts';
import type { Metrics } from '../metrics/index.ts';
import { inOrder } from './order.ts';

/** A message that is ready for the wire. */
export interface OutboxEnvelope {
  readonly exchange: string;
  readonly routingKey: string;
  readonly id: string;
  /** A CloudEvents envelope as JSON. */
  readonly body: string;
}

/** What publishes: the broker. */
export interface EnvelopePublisher {
  /**
   * Publishes all of them, pipelined. The results are in the order of the envelopes: fulfilled when the broker has
   * confirmed, rejected with `unavailable: true` when trying again later may help.
   */
  publishBatch(envelopes: readonly OutboxEnvelope[]): Promise<readonly PromiseSettledResult<void>[]>;
}

export interface OutboxRelayOptions {
  readonly db: AnyDatabase;
  readonly broker: EnvelopePublisher;
  readonly log: Logger;
  readonly metrics?: Metrics;
  /** Messages published together. @default 500 */
  readonly batch?: number;
  /** Longer than publishing a batch may take. @default 10 */
  readonly leaseSeconds?: number;
  /** The longest time between two looks, in milliseconds; `wake` makes it shorter. @default 1000 */
  readonly pollMs?: number;
}

interface OutboxRow {
  readonly id: number;
  readonly message_id: string;
  readonly exchange: string;
  readonly routing_key: string;
  readonly subject: string | null;
  readonly body: string;
  readonly attempts: number;
}

/** How often the backlog is counted, in milliseconds. */
const countEvery = 10_000;

/** Publishes what is in the outbox and deletes what the broker has confirmed. Any number of replicas may run one. */
export class OutboxRelay implements Component {
  readonly name = 'outbox';
  readonly #options: OutboxRelayOptions;
  readonly #batch: number;
  readonly #loop: Loop;
  readonly #figures;
  #countedAt = -Infinity;

  constructor(options: OutboxRelayOptions) {
    const { log, metrics } = options;
    this.#options = options;
    this.#batch = options.batch ?? 500;
    this.#loop = new Loop({ name: this.name, log, round: () => this.#round(), maxBackOffMs: 2_000 });
    this.#figures = metrics && {
      relayed: metrics.counter('outbox_relayed_total', 'Messages that the broker has confirmed'),
      failed: metrics.counter('outbox_failed_total', 'Tries to publish a message that failed'),
      backlog: metrics.gauge('outbox_backlog', 'Messages that wait to be published'),
      oldest: metrics.gauge('outbox_oldest_seconds', 'Age of the message that has waited longest'),
    };
  }

  async start(): Promise<void> {
    this.#loop.start();
  }

  wake(): void {
    this.#loop.wake();
  }

  async stop(): Promise<void> {
    await this.#loop.stop();
  }

  async #round(): Promise<number> {
    const { db, leaseSeconds = 10, pollMs = 1_000 } = this.#options;
    await this.#count();
    const claim = await claimDue<OutboxRow>(db, { table: 'outbox', limit: this.#batch, leaseSeconds, choose: inOrder });
    if (claim.rows.length > 0) await this.#relay(claim);
    if (claim.rows.length === this.#batch) return 0;
    return await untilNextClaim(db, { table: 'outbox', pollMs, claimed: claim.rows.length });
  }

  async #relay({ token, rows }: Claim<OutboxRow>) {
    const { db, broker } = this.#options;
    const results = await broker.publishBatch(
      rows.map(({ message_id, exchange, routing_key, body }) => ({
        exchange,
        routingKey: routing_key,
        id: message_id,
        body,
      })),
    );
    const confirmed = rows.filter((_, index) => results[index]?.status === 'fulfilled');
    const failed = rows.filter((_, index) => results[index]?.status !== 'fulfilled');
    if (confirmed.length > 0) {
      // Without the token a relay whose lease ran out would delete what another one is about to publish; harmless, but
      // the other's count would be wrong.
      await sql`
        DELETE FROM outbox WHERE id IN (${sql.join(confirmed.map(({ id }) => id))}) AND lease_token = ${token}
      `.execute(db.kysely);
      this.#figures?.relayed.inc(confirmed.length);
    }
    if (failed.length > 0) await this.#postpone(token, failed, results);
  }

  async #postpone(token: string, failed: readonly OutboxRow[], results: readonly PromiseSettledResult<void>[]) {
    const { db, log } = this.#options;
    this.#figures?.failed.inc(failed.length);
    const reasons = results.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []));
    if (reasons.length === results.length && reasons.every(isUnavailable)) {
      // Nothing gets through. That is no message's fault: all of them stay due, and the relay pauses.
      await sql`UPDATE outbox SET due_at = NOW(3), lease_token = NULL WHERE lease_token = ${token}`.execute(db.kysely);
      throw new Unavailable('the broker takes no messages', { cause: reasons[0] });
    }
    await sql`
      UPDATE outbox SET due_at = NOW(3) + INTERVAL LEAST(60, POW(2, attempts)) SECOND, attempts = attempts + 1,
        lease_token = NULL
      WHERE id IN (${sql.join(failed.map(({ id }) => id))}) AND lease_token = ${token}`.execute(db.kysely);
    const refused = reasons.find((reason) => !isUnavailable(reason));
    const types = [...new Set(failed.map((row) => `${row.exchange} ${row.routing_key}`))];
    if (refused) log.error({ err: refused, messages: types }, 'messages of the outbox cannot be published');
  }

  async #count() {
    if (!this.#figures || performance.now() - this.#countedAt < countEvery) return;
    const { rows } = await sql<{ backlog: number; oldest: number | null }>`
      SELECT COUNT(*) AS backlog,
        (SELECT TIMESTAMPDIFF(SECOND, created_at, NOW(3)) FROM outbox ORDER BY id LIMIT 1) AS oldest
      FROM outbox`.execute(this.#options.db.kysely);
    this.#countedAt = performance.now();
    this.#figures.backlog.set(rows[0]?.backlog ?? 0);
    this.#figures.oldest.set(rows[0]?.oldest ?? 0);
  }
}

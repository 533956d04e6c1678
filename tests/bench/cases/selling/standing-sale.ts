import { randomUUID } from 'node:crypto';
import { newId } from '@ticketaka/platform/ids';
import { createLogger } from '@ticketaka/platform/log';
import { type Database, migrate, openDatabase } from '@ticketaka/platform/mariadb';
import { createOutbox } from '@ticketaka/platform/outbox';
import { openRedis } from '@ticketaka/platform/redis';
import { createTestRedis, startPrivate } from '@ticketaka/platform/testing';
import { type Claims, createClaims } from '../../../../services/reservation/claims/index.ts';
import { migrations } from '../../../../services/reservation/migrations/index.ts';
import { createSeatImage, gatherHolds, type SeatImage } from '../../../../services/reservation/seats/index.ts';
import { service } from '../../../../services/reservation/service.ts';
import { KnownSession } from '../../../../services/reservation/sessions/index.ts';
import type { Schema } from '../../../../services/reservation/store/schema.ts';
import { claimRequest } from '../../../../services/reservation/use-cases/claim-request.ts';
import { showIn } from './house.ts';

const epoch = 1;
const log = createLogger({ service: service.name, workload: 'bench', level: 'error' });

interface Parts {
  /** As root. */
  readonly mariadb: string;
  readonly resources: AsyncDisposableStack;
  readonly db: Database<Schema>;
  readonly image: SeatImage;
  readonly claims: Claims;
  readonly units: number;
}

/** Places to stand, sold by what the service does in its stores: a hold in Redis, a claim and a sale in MariaDB. */
export class StandingSale implements AsyncDisposable {
  readonly #parts: Parts;
  readonly #sessions = new Map<string, KnownSession>();

  private constructor(parts: Parts) {
    this.#parts = parts;
  }

  static async open(units: number): Promise<StandingSale> {
    const resources = new AsyncDisposableStack();
    const mariadb = resources.use(await startPrivate('mariadb', [service], { binaryLog: true }));
    const server = resources.use(await createTestRedis(service));
    const db = resources.adopt(await openDatabase<Schema>({ url: mariadb.url(service), log }), (open) => open.close());
    const redis = resources.adopt(await openRedis({ url: server.url, service: service.name, log }), (open) =>
      open.disconnect(),
    );
    await migrate(db, migrations, log);
    // What is to be told stays in the table, as with the counter row.
    const broker = { publishBatch: () => Promise.reject(new Error('nothing is published')) };
    const outbox = createOutbox({ service: service.name, db, broker, log });
    const claims = createClaims({ db, outbox });
    return new StandingSale({
      mariadb: mariadb.rootUrl,
      resources,
      db,
      claims,
      units,
      image: gatherHolds(createSeatImage({ redis })),
    });
  }

  get mariadb(): string {
    return this.#parts.mariadb;
  }

  async openSession(): Promise<string> {
    const { db, image, units } = this.#parts;
    const session = new KnownSession(showIn({ kind: 'standing', units, perMemberLimit: 1 }, randomUUID()));
    await db.kysely
      .insertInto('sessions')
      .values({
        session_id: session.id,
        performance_id: session.performance.id,
        document: JSON.stringify(session.document),
        starts_at: session.startsAt,
        epoch,
      })
      .execute();
    await image.rebuild(session.id, { epoch, units, taken: [] });
    this.#sessions.set(session.id, session);
    return session.id;
  }

  /** Somebody new. @returns whether there was a place for them */
  async buy(sessionId: string): Promise<boolean> {
    const { image, claims } = this.#parts;
    const session = this.#sessions.get(sessionId);
    if (!session) throw new Error('a session that was not opened');
    const memberId = newId();
    const key = memberId.replaceAll('-', '').slice(0, 22);
    const held = await image.holdAny(sessionId, {
      epoch,
      holdId: key,
      memberId,
      requestHash: key,
      limit: 1,
      ttlMs: 420_000,
      ranges: session.standing(0) ?? [],
      quantity: 1,
    });
    if (held.kind === 'short') return false;
    if (held.kind !== 'held') throw new Error(`not held: ${held.kind}`);
    const paymentKey = randomUUID();
    const request = claimRequest(session, {
      memberId,
      units: held.units,
      hold: { key, fence: held.seq },
      request: { key: key.padEnd(43, '0'), hash: key.padEnd(43, '0') },
      paymentKey,
      payWithinSeconds: 600,
      settleAfterSeconds: 60,
    });
    const claimed = await claims.claim(sessionId, request);
    if (claimed.kind !== 'claimed') throw new Error(`not claimed: ${claimed.kind}`);
    await image.settle(sessionId, { holdId: key, seq: held.seq });
    const { reservationId, tickets, fee } = request;
    const confirmed = await claims.confirm(sessionId, {
      reservationId,
      payment: {
        id: newId(),
        reservationId,
        provider: 'toss',
        providerKey: paymentKey,
        orderId: key,
        amount: tickets.reduce((sum, { price }) => sum + price, fee),
        approvedAt: new Date(),
        method: 'card',
      },
    });
    if (confirmed.kind !== 'confirmed') throw new Error(`not confirmed: ${confirmed.kind}`);
    return true;
  }

  /** Units of a session that are in MariaDB, sold and paid for. */
  async soldOf(sessionId: string): Promise<number> {
    const { sold } = await this.#parts.db.kysely
      .selectFrom('seat_claims')
      .select((select) => select.fn.count<number>('unit').distinct().as('sold'))
      .where('session_id', '=', sessionId)
      .where('state', '=', 'sold')
      .executeTakeFirstOrThrow();
    return sold;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#parts.resources.disposeAsync();
  }
}

import { randomBytes, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { emailRealtime } from '@ticketaka/mail/api';
import { defineService } from '@ticketaka/platform/contract';
import { createLogger } from '@ticketaka/platform/log';
import { openRedis } from '@ticketaka/platform/redis';
import { createTestBroker, createTestRedis, startPrivate } from '@ticketaka/platform/testing';
import { createConnection } from 'mariadb';
import { z } from 'zod';
import { createSeatImage, readUnit } from '../../../../services/reservation/seats/index.ts';
import { service } from '../../../../services/reservation/service.ts';
import { type ChildServer, startChildServer } from '../child-server.ts';
import type { Crowd } from './crowd.ts';
import type { House } from './house.ts';
import type { SellerOptions } from './seller.ts';

const count = z.coerce.number();
const Sold = z.object({ units: count, places: count, tickets: count, bookings: count, payments: count });
const file = join(import.meta.dirname, 'seller.ts');

/** Whoever takes what is to be mailed. */
const mail = defineService({
  name: 'mail',
  summary: 'Takes mails',
  workloads: { worker: { kind: 'worker', scale: { min: 1, max: 1 } } },
  consumes: [{ message: emailRealtime, queue: 'email.realtime' }],
});

export interface BoxOfficeOptions {
  readonly crowd: Crowd;
  readonly house: House;
  /** @default 1 */
  readonly replicas?: number;
  /** Whether each booking is a transaction of its own. @default false */
  readonly naive?: boolean;
}

export interface SessionOptions {
  /** So many of its first units were sold elsewhere. @default 0 */
  readonly sold?: number;
  /** @default all */
  readonly replicas?: readonly ChildServer[];
}

/** Replicas of the service on a MariaDB of their own, which syncs its logs at every commit, a Redis and a RabbitMQ. */
export class BoxOffice implements AsyncDisposable {
  readonly replicas: readonly ChildServer[];
  readonly #resources: AsyncDisposableStack;
  readonly #rootUrl: string;
  readonly #image: ReturnType<typeof createSeatImage>;

  private constructor(
    opened: Pick<BoxOffice, 'replicas'> & {
      readonly resources: AsyncDisposableStack;
      readonly rootUrl: string;
      readonly image: ReturnType<typeof createSeatImage>;
    },
  ) {
    this.replicas = opened.replicas;
    this.#resources = opened.resources;
    this.#rootUrl = opened.rootUrl;
    this.#image = opened.image;
  }

  static async open({ crowd, house, replicas = 1, naive = false }: BoxOfficeOptions): Promise<BoxOffice> {
    const resources = new AsyncDisposableStack();
    const mariadb = resources.use(await startPrivate('mariadb', [service], { binaryLog: true }));
    const redis = resources.use(await createTestRedis(service));
    const broker = resources.use(await createTestBroker([service, mail]));
    const rootUrl = mariadb.rootUrl.replace(/mysql$/, service.name);
    const log = createLogger({ service: service.name, workload: 'bench', level: 'error' });
    const connection = resources.adopt(await openRedis({ url: redis.url, service: service.name, log }), (open) =>
      open.disconnect(),
    );
    const options: z.input<typeof SellerOptions> = {
      mariadb: mariadb.url(service),
      redis: redis.url,
      amqp: broker.url(service),
      jwks: crowd.jwks,
      saleKey: randomBytes(32).toString('base64url'),
      house,
      naive,
    };
    const started: ChildServer[] = [];
    for (let replica = 0; replica < replicas; replica += 1) {
      const child = await startChildServer(file, JSON.stringify(options));
      started.push(resources.adopt(child, (running) => running.stop()));
    }
    return new BoxOffice({ replicas: started, resources, rootUrl, image: createSeatImage({ redis: connection }) });
  }

  get seller(): ChildServer {
    const [first] = this.replicas;
    if (!first) throw new Error('nobody sells');
    return first;
  }

  /** A new session, which the replicas know and have the picture of. */
  async openSession({ sold = 0, replicas = this.replicas }: SessionOptions = {}): Promise<string> {
    const sessionId = randomUUID();
    if (sold > 0) {
      await this.query(
        `INSERT INTO seat_claims (session_id, unit, state) SELECT ?, seq, 'sold' FROM seq_0_to_${sold - 1}`,
        [sessionId],
      );
    }
    for (const { url } of replicas) {
      const answer = await fetch(`${url}/api/reservations/sessions/${sessionId}/availability`);
      if (!answer.ok) throw new Error(`a session is not on sale: ${answer.status}`);
      await answer.arrayBuffer();
    }
    return sessionId;
  }

  /** A statement as root. */
  async query<Row>(statement: string, values: readonly unknown[] = []): Promise<readonly Row[]> {
    const root = await createConnection(this.#rootUrl);
    try {
      return await root.query<readonly Row[]>(statement, [...values]);
    } finally {
      await root.end();
    }
  }

  /** Whether so much of a session is sold and paid for, and nothing of it twice. */
  async isSold(sessionId: string, sold: { readonly tickets: number; readonly bookings: number }): Promise<boolean> {
    const [found] = Sold.array().parse(
      await this.query(
        `SELECT
          (SELECT COUNT(*) FROM seat_claims WHERE session_id = s.id AND state = 'sold') AS units,
          (SELECT COUNT(DISTINCT unit) FROM tickets WHERE session_id = s.id AND state = 'valid') AS places,
          (SELECT COUNT(*) FROM tickets WHERE session_id = s.id) AS tickets,
          (SELECT COUNT(*) FROM reservations WHERE session_id = s.id AND state = 'CONFIRMED') AS bookings,
          (SELECT COUNT(*) FROM payments p JOIN reservations r ON r.id = p.captured_reservation
            WHERE r.session_id = s.id AND p.state = 'captured' AND p.amount = r.ticket_total + r.fee) AS payments
        FROM (SELECT CAST(? AS UUID) AS id) s`,
        [sessionId],
      ),
    );
    if (!found) return false;
    const { units, places, tickets, bookings, payments } = found;
    const whole = [units, places, tickets].every((each) => each === sold.tickets);
    return whole && [bookings, payments].every((each) => each === sold.bookings);
  }

  /** Units by their state in the picture: free, held, taken, blocked. */
  async picture(sessionId: string): Promise<readonly [free: number, held: number, taken: number, blocked: number]> {
    const picture = await this.#image.bits(sessionId);
    if (picture.kind !== 'bits') throw new Error('there is no picture');
    const counts: [number, number, number, number] = [0, 0, 0, 0];
    for (let unit = 0; unit < picture.units; unit += 1) counts[readUnit(picture.bitmap, unit)] += 1;
    return counts;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#resources.disposeAsync();
  }
}

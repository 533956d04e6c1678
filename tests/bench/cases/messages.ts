import { createEnvelope } from '@ticketaka/platform/broker';
import { defineMessage, defineService } from '@ticketaka/platform/contract';
import { createLogger } from '@ticketaka/platform/log';
import { z } from 'zod';

/** The size and shape of what services tell each other: about 600 bytes with its envelope. */
export const confirmed = defineMessage({
  service: 'shop',
  type: 'reservation.confirmed',
  summary: 'Seats are sold',
  data: z.object({
    number: z.int(),
    reservationId: z.uuid(),
    memberId: z.uuid(),
    performance: z.string().max(200),
    startsAt: z.iso.datetime({ offset: true }),
    seats: z.array(z.string().regex(/^[A-Z]-\d{1,3}$/)).max(8),
    total: z.int(),
  }),
});

const workloads = { worker: { kind: 'worker', scale: { min: 1, max: 1 } } } as const;

/** Publishes. */
export const shop = defineService({
  name: 'shop',
  summary: 'Sells',
  workloads,
  owns: { mariadb: true },
  publishes: [confirmed],
});

/** With as many messages at hand as the publisher has in flight. */
export const consumption = { message: confirmed, queue: 'mailbox.confirmed', prefetch: 256, deliveryLimit: 5 };

/** Consumes. */
export const mailbox = defineService({
  name: 'mailbox',
  summary: 'Tells buyers',
  workloads,
  consumes: [consumption],
});

export type Data = z.input<typeof confirmed.data>;

export function dataOf(number: number): Data {
  return {
    number,
    reservationId: `0193e3a0-0000-7000-8000-${String(number).padStart(12, '0')}`,
    memberId: `0193e3a0-0000-7000-9000-${String(number).padStart(12, '0')}`,
    performance: '국립발레단 「백조의 호수」',
    startsAt: '2027-03-05T19:30:00+09:00',
    seats: ['A-12', 'A-13', 'A-14', 'A-15'],
    total: 480_000,
  };
}

/** What our own publisher sends. */
export function bodyOf(number: number): Buffer {
  return Buffer.from(JSON.stringify(createEnvelope(confirmed, dataOf(number), { service: shop.name })));
}

/** Remembers which of the messages 0 to count - 1 came, and whether each came as it was sent. */
export class Arrivals {
  readonly #missing: Set<number>;
  readonly #all = Promise.withResolvers<void>();
  #intact = true;

  constructor(count: number) {
    this.#missing = new Set(Array.from({ length: count }, (_, number) => number));
  }

  add(data: Data): void {
    this.#intact &&= JSON.stringify(data) === JSON.stringify(dataOf(data.number));
    this.#missing.delete(data.number);
    if (this.#missing.size === 0) this.#all.resolve();
  }

  /** Resolves when each has come at least once, with whether they were intact. Gives up, with false, after a minute. */
  async complete(): Promise<boolean> {
    const timer = setTimeout(() => this.#all.resolve(), 60_000);
    await this.#all.promise;
    clearTimeout(timer);
    return this.#intact && this.#missing.size === 0;
  }
}

/** For the modules under test. Silent unless something goes wrong. */
export const log = createLogger({
  service: 'shop',
  workload: 'worker',
  level: 'warn',
  destination: { write: (line) => void process.stderr.write(line) },
});

import { type Broker, consumptionOf, openBroker } from '@ticketaka/platform/broker';
import { defineService } from '@ticketaka/platform/contract';
import { createLogger } from '@ticketaka/platform/log';
import {
  reservationCancelled,
  reservationConfirmed,
  reservationRefunded,
  ticketIssued,
} from '../../services/reservation/messages.ts';
import type { Event } from './history.ts';

const messages = [reservationConfirmed, reservationCancelled, reservationRefunded, ticketIssued] as const;

/** Hears what the service tells the others. */
export const listener = defineService({
  name: 'listener',
  summary: 'Hears of reservations',
  workloads: { worker: { kind: 'worker', scale: { min: 1, max: 1 } } },
  consumes: messages.map((message) => ({ message })),
});

/** Collects every message that comes, as often as it comes. */
export class Listener {
  readonly events: Event[] = [];
  /** Runs before a message is acknowledged. When it throws, the message comes again. */
  before: (event: Event, deliveryCount: number) => Promise<void> = async () => undefined;
  /** By what it tells that it has heard a message before. */
  nameOf: (id: string, deliveryCount: number) => string = (id) => id;
  readonly #url: string;
  #broker: Broker | undefined;

  constructor(url: string) {
    this.#url = url;
  }

  async start(): Promise<void> {
    const log = createLogger({ service: listener.name, workload: 'worker', level: 'silent' });
    const broker = await openBroker({ url: this.#url, service: listener.name, log, drainMs: 1_000 });
    this.#broker = broker;
    for (const message of messages)
      await broker.consume(consumptionOf(listener, message), async ({ id, type, data, deliveryCount }) => {
        const event = { id: this.nameOf(id, deliveryCount), type, reservationId: data.reservationId };
        this.events.push(event);
        await this.before(event, deliveryCount);
      });
  }

  async stop(): Promise<void> {
    await this.#broker?.close();
    this.#broker = undefined;
  }
}

import type { Metrics } from '@ticketaka/platform/metrics';

/** What is known of a queue at a step. */
export interface QueueFigures {
  /** People with a number whose turn has not come. */
  readonly waiting: number;
  /** The number up to which people are let in. */
  readonly serving: number;
  /** People let in a second. */
  readonly rate: number;
}

/** A queue that this process has not moved for so long is somebody else's, or not in force any more. */
const keptMs = 10_000;

/**
 * Shows the queues in force to monitoring. By session: they are few at a time, since a queue is shown only while this
 * process moves it.
 */
export class RoomFigures {
  readonly #gauges;
  readonly #keptMs: number;
  readonly #ends = new Map<string, NodeJS.Timeout>();

  constructor(metrics: Metrics, kept = keptMs) {
    const labels = ['session'] as const;
    this.#keptMs = kept;
    this.#gauges = {
      waiting: metrics.gauge('waiting_room_waiting', 'People whose turn has not come', labels),
      serving: metrics.gauge('waiting_room_serving', 'Number up to which people are let in', labels),
      rate: metrics.gauge('waiting_room_rate', 'People let in a second, as it is set now', labels),
    };
  }

  show(session: string, { waiting, serving, rate }: QueueFigures): void {
    this.#gauges.waiting.set({ session }, waiting);
    this.#gauges.serving.set({ session }, serving);
    this.#gauges.rate.set({ session }, rate);
    clearTimeout(this.#ends.get(session));
    this.#ends.set(session, setTimeout(() => this.hide(session), this.#keptMs).unref());
  }

  hide(session: string): void {
    clearTimeout(this.#ends.get(session));
    this.#ends.delete(session);
    for (const gauge of Object.values(this.#gauges)) gauge.remove({ session });
  }
}

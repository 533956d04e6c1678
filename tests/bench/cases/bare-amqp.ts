import { type ChannelModel, connect } from 'amqplib';
import { inLanes } from '../harness.ts';
import { type Arrivals, confirmed, consumption, type Data } from './messages.ts';

/** What the broker module is compared with: amqplib as its own documentation uses it. */
export class BareAmqp implements AsyncDisposable {
  readonly #model: ChannelModel;

  static async open(url: string): Promise<BareAmqp> {
    return new BareAmqp(await connect(url, { noDelay: true }));
  }

  private constructor(model: ChannelModel) {
    this.#model = model;
  }

  /** Publishes each body, persistent, with at most `window` of them not yet confirmed. */
  async publish(bodies: readonly Buffer[], window: number): Promise<void> {
    const channel = await this.#model.createConfirmChannel();
    const publishOne = (body: Buffer) =>
      new Promise<void>((resolve, reject) => {
        const settle = (error: unknown) => (error === null ? resolve() : reject(error));
        channel.publish(confirmed.service, confirmed.type, body, { persistent: true }, settle);
      });
    await inLanes(window, bodies, publishOne);
    await channel.close();
  }

  /** Consumes and acknowledges until all have arrived. Resolves with whether they did, intact. */
  async drain(arrivals: Arrivals): Promise<boolean> {
    const channel = await this.#model.createChannel();
    await channel.prefetch(consumption.prefetch);
    await channel.consume(consumption.queue, (message) => {
      if (!message) return;
      // Whether it is what was sent is for the arrivals to find out.
      arrivals.add((JSON.parse(message.content.toString()) as { data: Data }).data);
      channel.ack(message);
    });
    const correct = await arrivals.complete();
    await channel.close();
    return correct;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#model.close();
  }
}

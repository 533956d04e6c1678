import { z } from 'zod';

export const chaosOrder = z.strictObject({
  /** `reject` answers with the code; `hang` never answers. */
  do: z.enum(['reject', 'hang']),
  /** How many times, before all is well again. @default 1 */
  times: z.int().min(1).max(1_000_000).default(1),
  /** The step of the dialogue that goes wrong. */
  at: z.enum(['connect', 'sender', 'recipient', 'data']).default('data'),
  /** 4xx: try again later; 5xx: never. Only for `reject`. */
  code: z.int().min(400).max(599).default(451),
});

export type ChaosOrder = z.output<typeof chaosOrder>;
type Step = ChaosOrder['at'];

/** Faults that a test has ordered, an extension of ours. The oldest order for a step is carried out first. */
export class Chaos {
  readonly #orders: ChaosOrder[] = [];

  get orders(): readonly ChaosOrder[] {
    return this.#orders;
  }

  order(order: ChaosOrder): void {
    this.#orders.push({ ...order });
  }

  clear(): void {
    this.#orders.length = 0;
  }

  /** What was ordered for this step, if anything was. Counts as carried out. */
  strike(step: Step): ChaosOrder | undefined {
    const place = this.#orders.findIndex((candidate) => candidate.at === step);
    const order = this.#orders[place];
    if (!order) return undefined;
    order.times -= 1;
    if (order.times === 0) this.#orders.splice(place, 1);
    return order;
  }
}

/** Carries out what was ordered for a step of the dialogue: throws the refusal, or never resolves. */
export async function obey(chaos: Chaos, step: Step): Promise<void> {
  const order = chaos.strike(step);
  if (order?.do === 'reject') throw Object.assign(new Error('ordered by POST /chaos'), { responseCode: order.code });
  if (order?.do === 'hang') await Promise.withResolvers<never>().promise;
}

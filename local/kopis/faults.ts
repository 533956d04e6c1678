import { z } from 'zod';

export const faultOrder = z.strictObject({
  /** Beginning of the paths it strikes: `/openApi/restful/pblprfr/PF000001`. @default all */
  path: z.string().default('/'),
  /** `status` answers with that status; `slow` waits first; `hang` never answers; `broken` cuts the document short. */
  do: z.enum(['status', 'slow', 'hang', 'broken']),
  /** How many times, before all is well again. @default 1 */
  times: z.int().min(1).max(1_000_000).default(1),
  /** Only for `status`. @default 500 */
  status: z.int().min(400).max(599).default(500),
  /** Only for `status`: seconds of a Retry-After header. */
  retryAfter: z.int().min(0).max(3600).optional(),
  /** Only for `slow`, in milliseconds. */
  delayMs: z.int().min(0).max(60_000).default(1000),
});
export type FaultOrder = z.output<typeof faultOrder>;

/** Faults that a test has ordered. The oldest order for a path is carried out first. */
export class Faults {
  readonly #orders: FaultOrder[] = [];

  order(order: FaultOrder): void {
    this.#orders.push({ ...order });
  }

  clear(): void {
    this.#orders.length = 0;
  }

  /** What was ordered for this path, if anything was. Counts as carried out. */
  strike(path: string): FaultOrder | undefined {
    const place = this.#orders.findIndex((order) => path.startsWith(order.path));
    const order = this.#orders[place];
    if (!order) return undefined;
    order.times -= 1;
    if (order.times === 0) this.#orders.splice(place, 1);
    return order;
  }
}

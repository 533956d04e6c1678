import { z } from 'zod';

const faults = [
  /** Does it, and never answers. */
  'time-out',
  /** Does it, and answers after `delayMs`. */
  'late',
  /** Does it after `delayMs`, though nobody may be waiting any more, and answers. */
  'slow',
  /** Does it, and breaks the connection. */
  'hang-up',
  /** Does it, and answers 500. */
  'error-after',
  /** Does nothing, and answers 500. */
  'error-before',
] as const;

/** How a payment goes. Of what is left out, the sandbox's own scenario decides. */
export const Scenario = z.strictObject({
  confirm: z.enum(['approve', 'decline', ...faults]).default('approve'),
  /** With which error it is declined. */
  code: z
    .string()
    .regex(/^[A-Z0-9_]{1,100}$/)
    .default('REJECT_CARD_PAYMENT'),
  cancel: z.enum(['approve', 'refuse', ...faults]).default('approve'),
  /** How many confirms, and how many cancels, the fault strikes before all is well. */
  times: z.int().min(1).max(1_000_000).default(1),
  /** For `late` and `slow`. */
  delayMs: z.int().min(0).max(600_000).default(1_000),
  /**
   * When the address is told of what changed: `before` the answer, `after` it, `twice`, `never`, or `out-of-order`, with
   * the state before behind the new one.
   */
  webhook: z.enum(['after', 'before', 'out-of-order', 'twice', 'never']).default('after'),
});
export type Scenario = z.output<typeof Scenario>;
export const ScenarioChange = z.strictObject({
  confirm: Scenario.shape.confirm.unwrap().optional(),
  code: Scenario.shape.code.unwrap().optional(),
  cancel: Scenario.shape.cancel.unwrap().optional(),
  times: Scenario.shape.times.unwrap().optional(),
  delayMs: Scenario.shape.delayMs.unwrap().optional(),
  webhook: Scenario.shape.webhook.unwrap().optional(),
});
export type ScenarioChange = z.output<typeof ScenarioChange>;
export type Fault = (typeof faults)[number];

export function changed(scenario: Scenario, change: ScenarioChange = {}): Scenario {
  // The schema keeps a key that is there and undefined.
  const given = Object.entries(change).filter(([, value]) => value !== undefined);
  return Scenario.parse({ ...scenario, ...Object.fromEntries(given) });
}

/** How the whole service fails. */
export const Outage = z.enum(['none', 'error', 'hang']);
export type Outage = z.output<typeof Outage>;

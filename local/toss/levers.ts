import type { z } from 'zod';
import type { Authorisation, LedgerEntry } from './ledger.ts';
import type { Outage, Scenario, ScenarioChange } from './scenario.ts';

/** What a test moves the sandbox with, in this process or by HTTP. */
export interface Levers {
  /** The buyer agrees to pay in the payment window. */
  authorise(
    authorisation: z.input<typeof Authorisation>,
    scenario?: ScenarioChange,
  ): { readonly paymentKey: string; readonly orderId: string; readonly amount: number };
  /** From now on. @returns the whole of it */
  setScenario(change: ScenarioChange): Scenario;
  /** Whether the API answers at all. */
  setOutage(outage: Outage): void;
  setWebhookUrl(url: string | undefined): void;
  /** Every payment that was authorised, oldest first. */
  ledger(): readonly LedgerEntry[];
}

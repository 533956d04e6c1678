import { newId } from '@ticketaka/platform/ids';
import { createLogger } from '@ticketaka/platform/log';
import type { TestResource } from '@ticketaka/platform/testing';
import { createTossPayments, type PaymentPort } from '../../../services/reservation/payments/index.ts';
import { startTossSandbox, type TossSandbox, type TossSandboxOptions } from '../sandbox.ts';
import type { ScenarioChange } from '../scenario.ts';

export interface TossFixture extends TestResource {
  readonly sandbox: TossSandbox;
  readonly port: PaymentPort;
  /** The same, soon tired of waiting. */
  readonly hasty: PaymentPort;
  /** What the adapter has logged, line by line. */
  readonly lines: readonly string[];
  /** A buyer agrees to pay. */
  order(scenario?: ScenarioChange, amount?: number): TestOrder;
}

export interface TestOrder {
  readonly orderId: string;
  readonly paymentKey: string;
  readonly amount: number;
  readonly idempotencyKey: string;
}

export const secretKey = 'test_sk_sandbox';

/** The adapter, and the sandbox that it speaks to over HTTP. */
export async function startToss(options: Partial<TossSandboxOptions> = {}): Promise<TossFixture> {
  const sandbox = await startTossSandbox({ secretKey, consecutiveMs: 0, webhookRetryMs: 20, ...options });
  const lines: string[] = [];
  const log = createLogger({
    service: 'reservation',
    workload: 'test',
    destination: { write: (line) => void lines.push(line) },
  });
  const patient = { url: sandbox.url, secretKey, log, timeoutMs: 20_000, lookUpTimeoutMs: 20_000 };
  return {
    sandbox,
    port: createTossPayments(patient),
    hasty: createTossPayments({ ...patient, timeoutMs: 1_500 }),
    lines,
    order(scenario, amount = 99_000) {
      const orderId = newId();
      const { paymentKey } = sandbox.authorise({ orderId, amount }, scenario);
      return { orderId, paymentKey, amount, idempotencyKey: `confirm.${paymentKey}` };
    },
    [Symbol.asyncDispose]: () => sandbox.close(),
  };
}

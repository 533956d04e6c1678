import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { z } from 'zod';
import { type ApiParts, answerApi } from './api.ts';
import { answerControl } from './control.ts';
import { Idempotency } from './idempotency.ts';
import { Ledger } from './ledger.ts';
import type { Levers } from './levers.ts';
import { changed, Scenario, type ScenarioChange } from './scenario.ts';
import { Webhooks } from './webhooks.ts';

export interface TossSandboxOptions {
  /** @default 0, a free one */
  readonly port?: number | undefined;
  readonly secretKey: string;
  /** Who is told what became of payments. @default nobody */
  readonly webhookUrl?: string | undefined;
  /** How payments go that say nothing else. @default approved, and told of afterwards */
  readonly scenario?: ScenarioChange | undefined;
  /** Milliseconds since 1970. @default Date.now */
  readonly now?: (() => number) | undefined;
  /** How long an authorisation can be confirmed, in milliseconds. @default ten minutes */
  readonly expiresMs?: number | undefined;
  /** Cancels of one payment that follow closer are turned away. @default 1000 */
  readonly consecutiveMs?: number | undefined;
  /** Until a webhook that was not answered with 200 is repeated. @default 1000 */
  readonly webhookRetryMs?: number | undefined;
}

export interface TossSandbox extends Levers {
  readonly port: number;
  /** For TOSS_URL. */
  readonly url: string;
  close(): Promise<void>;
}

/** A server that speaks the Toss Payments API, on 127.0.0.1, with a ledger in memory. Strict as the real one. */
export async function startTossSandbox(options: TossSandboxOptions): Promise<TossSandbox> {
  const { secretKey, now = Date.now, expiresMs = 600_000, consecutiveMs = 1_000, webhookRetryMs = 1_000 } = options;
  const ledger = new Ledger({ now, expiresMs, consecutiveMs });
  const webhooks = new Webhooks({ url: options.webhookUrl, retryMs: webhookRetryMs });
  const api: ApiParts = { ledger, webhooks, secretKey, idempotency: new Idempotency(), outage: 'none' };
  let standard = changed(Scenario.parse({}), options.scenario);

  const levers: Levers = {
    authorise({ orderId, amount, orderName = '티켓' }, scenario) {
      const payment = ledger.authorise({ orderId, amount, orderName }, changed(standard, scenario));
      webhooks.note(payment);
      return { paymentKey: payment.paymentKey, orderId, amount };
    },
    setScenario(change) {
      standard = changed(standard, change);
      return standard;
    },
    setOutage(outage) {
      api.outage = outage;
    },
    setWebhookUrl(url) {
      webhooks.url = url;
    },
    ledger: () => ledger.entries(),
  };

  async function answer(request: IncomingMessage, response: ServerResponse) {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    const sent = await text(request);
    if (url.pathname === '/readyz') response.end('ready');
    else if (url.pathname.startsWith('/sandbox/')) {
      answerControl(levers, { method: request.method ?? 'GET', url, text: sent }, response);
    } else await answerApi(api, { request, path: url.pathname, body: parseJson(sent) }, response);
  }

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      if (response.headersSent) return response.destroy();
      const isTheirs = error instanceof z.ZodError || error instanceof SyntaxError;
      if (!isTheirs) console.error(error);
      return response.writeHead(isTheirs ? 400 : 500).end(isTheirs ? error.message : '');
    });
  });
  await once(server.listen(options.port ?? 0, '127.0.0.1'), 'listening');
  const port = portOf(server);
  return {
    ...levers,
    port,
    url: `http://127.0.0.1:${port}`,
    async close() {
      await webhooks.close();
      const closed = new Promise((resolve) => server.close(resolve));
      // One that is never answered would keep it open.
      server.closeAllConnections();
      await closed;
    },
  };
}

function parseJson(sent: string): unknown {
  try {
    return JSON.parse(sent);
  } catch {
    return undefined;
  }
}

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new TypeError('the sandbox does not listen on TCP');
  return address.port;
}

import type { ServerResponse } from 'node:http';
import { z } from 'zod';
import { send } from './api.ts';
import { Authorisation } from './ledger.ts';
import type { Levers } from './levers.ts';
import { failAddress, PayForm, PayQuery, payPage, scenarioOf, successAddress } from './page.ts';
import { Outage, ScenarioChange } from './scenario.ts';

export interface ControlRequest {
  readonly method: string;
  readonly url: URL;
  readonly text: string;
}

const Payment = Authorisation.extend({ scenario: ScenarioChange.optional() });
const OutageOrder = z.strictObject({ outage: Outage });
const Webhook = z.strictObject({ url: z.url({ protocol: /^https?$/ }).nullable() });

/** What the payment service does not have: the buyer's side, and the levers of tests. @throws ZodError, SyntaxError */
export function answerControl(levers: Levers, asked: ControlRequest, response: ServerResponse): void {
  const { method, url, text } = asked;
  switch (`${method} ${url.pathname}`) {
    case 'POST /sandbox/payments': {
      const { scenario, ...authorisation } = Payment.parse(JSON.parse(text));
      return send(response, { status: 201, body: levers.authorise(authorisation, scenario) });
    }
    case 'GET /sandbox/pay':
      return sendPage(response, payPage(PayQuery.parse(Object.fromEntries(url.searchParams))));
    case 'POST /sandbox/pay':
      response.writeHead(303, { location: afterPayPage(levers, text) });
      response.end();
      return undefined;
    case 'PUT /sandbox/scenario':
      return send(response, { status: 200, body: levers.setScenario(ScenarioChange.parse(JSON.parse(text))) });
    case 'PUT /sandbox/outage': {
      const order = OutageOrder.parse(JSON.parse(text));
      levers.setOutage(order.outage);
      return send(response, { status: 200, body: order });
    }
    case 'PUT /sandbox/webhook': {
      const { url: address } = Webhook.parse(JSON.parse(text));
      levers.setWebhookUrl(address ?? undefined);
      return send(response, { status: 200, body: { url: address } });
    }
    case 'GET /sandbox/ledger':
      return send(response, { status: 200, body: { payments: levers.ledger() } });
    default:
      return send(response, { status: 404, body: { message: 'there is no such lever' } });
  }
}

function afterPayPage(levers: Levers, text: string): string {
  const { choice, ...query } = PayForm.parse(Object.fromEntries(new URLSearchParams(text)));
  if (choice === 'cancel') return failAddress(query);
  const { orderId, amount, orderName } = query;
  const { paymentKey } = levers.authorise({ orderId, amount, orderName }, scenarioOf(choice));
  return successAddress(query, paymentKey);
}

function sendPage(response: ServerResponse, page: string) {
  response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' });
  response.end(page);
}

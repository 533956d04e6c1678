import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { type Answer, errorAnswer } from './errors.ts';
import type { Idempotency } from './idempotency.ts';
import type { Ledger } from './ledger.ts';
import { type Payment, representPayment } from './payment.ts';
import type { Fault, Outage } from './scenario.ts';
import type { Webhooks } from './webhooks.ts';

export interface ApiParts {
  readonly ledger: Ledger;
  readonly idempotency: Idempotency;
  readonly webhooks: Webhooks;
  readonly secretKey: string;
  outage: Outage;
}

export interface ApiRequest {
  readonly request: IncomingMessage;
  readonly path: string;
  /** Parsed JSON; undefined when it is none. */
  readonly body: unknown;
}

/** What a request that moves money is about. */
interface Movement {
  readonly payment: Payment | undefined;
  readonly call: 'confirm' | 'cancel';
  readonly move: () => Answer;
}

/** Answers as https://api.tosspayments.com/v1 does, or not at all. */
export async function answerApi(parts: ApiParts, asked: ApiRequest, response: ServerResponse): Promise<void> {
  const { request, path } = asked;
  if (parts.outage === 'hang') return undefined;
  if (parts.outage === 'error') return send(response, errorAnswer('FAILED_INTERNAL_SYSTEM_PROCESSING'));
  const refusal = refusalOf(request.headers.authorization, parts.secretKey);
  if (refusal) return send(response, refusal);
  if (request.method === 'GET') return send(response, lookUp(parts.ledger, path));
  const movement = request.method === 'POST' ? movementOf(parts.ledger, asked) : undefined;
  if (!movement) return send(response, errorAnswer('NOT_FOUND'));
  const key = request.headers['idempotency-key'];
  if (Array.isArray(key) || (key !== undefined && key.length > 300)) {
    return send(response, errorAnswer('INVALID_IDEMPOTENCY_KEY'));
  }
  const id = key === undefined ? undefined : `${key} ${path}`;
  const known = parts.idempotency.begin(id);
  if (known) return send(response, known);
  return await carryOut(parts, { ...movement, id }, response);
}

async function carryOut(
  { idempotency, webhooks }: ApiParts,
  { payment, call, move, id }: Movement & { readonly id: string | undefined },
  response: ServerResponse,
): Promise<void> {
  const fault = payment && strike(payment, call);
  if (payment && fault === 'slow') await delay(payment.scenario.delayMs, undefined, { ref: false });
  const before = payment?.status;
  const refunds = payment?.cancels.length;
  const answer = fault === 'error-before' ? errorAnswer('FAILED_INTERNAL_SYSTEM_PROCESSING') : move();
  const said = fault === 'error-after' ? errorAnswer('FAILED_INTERNAL_SYSTEM_PROCESSING') : answer;
  // Changed at once, and settled when it is answered, as far as others can see: late ones are at work till then.
  if (fault !== 'late') idempotency.settle(id, said);
  const isNews = payment !== undefined && (payment.status !== before || payment.cancels.length !== refunds);
  if (isNews && payment.scenario.webhook === 'before') await webhooks.tell(payment);
  if (payment && fault === 'late') {
    await delay(payment.scenario.delayMs, undefined, { ref: false });
    idempotency.settle(id, said);
  }
  if (fault === 'hang-up') response.destroy();
  else if (fault !== 'time-out') send(response, said);
  if (isNews && payment.scenario.webhook !== 'before') await webhooks.tell(payment);
}

/** The fault that is due, if one is. Counts as done. */
function strike({ scenario, struck }: Payment, call: 'confirm' | 'cancel'): Fault | undefined {
  const way = scenario[call];
  if (way === 'approve' || way === 'decline' || way === 'refuse' || struck[call] >= scenario.times) return undefined;
  struck[call] += 1;
  return way;
}

function movementOf(ledger: Ledger, { path, body }: ApiRequest): Movement | undefined {
  if (path === '/v1/payments/confirm') {
    const payment = ledger.byKey(keyIn(body));
    return { payment, call: 'confirm', move: () => ledger.confirm(body) };
  }
  const key = /^\/v1\/payments\/([\w-]+)\/cancel$/.exec(path)?.[1];
  if (key === undefined) return undefined;
  const payment = ledger.byKey(key);
  return {
    payment,
    call: 'cancel',
    move: () => (payment ? ledger.cancel(payment, body) : errorAnswer('NOT_FOUND_PAYMENT')),
  };
}

function keyIn(body: unknown): string {
  const isNamed = typeof body === 'object' && body !== null && 'paymentKey' in body;
  return isNamed && typeof body.paymentKey === 'string' ? body.paymentKey : '';
}

function lookUp(ledger: Ledger, path: string): Answer {
  const order = /^\/v1\/payments\/orders\/([\w-]+)$/.exec(path)?.[1];
  const key = /^\/v1\/payments\/([\w-]+)$/.exec(path)?.[1];
  if (order === undefined && key === undefined) return errorAnswer('NOT_FOUND');
  const payment = order === undefined ? ledger.byKey(key ?? '') : ledger.byOrder(order);
  return payment ? { status: 200, body: representPayment(payment) } : errorAnswer('NOT_FOUND_PAYMENT');
}

function refusalOf(authorization: string | undefined, secretKey: string): Answer | undefined {
  const encoded = /^Basic (\S+)$/i.exec(authorization ?? '')?.[1];
  if (encoded === undefined) return errorAnswer('UNAUTHORIZED_KEY');
  const credentials = Buffer.from(encoded, 'base64').toString();
  if (!credentials.endsWith(':')) return errorAnswer('INCORRECT_BASIC_AUTH_FORMAT');
  return credentials === `${secretKey}:` ? undefined : errorAnswer('UNAUTHORIZED_KEY');
}

export function send(response: ServerResponse, { status, body }: Answer): void {
  response.writeHead(status, { 'content-type': 'application/json;charset=UTF-8' });
  response.end(JSON.stringify(body));
}

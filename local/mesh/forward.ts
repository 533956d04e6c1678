/** Sends a request to a destination: choice of replica, the callee's door, time limits, retries. */
import type { IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { admit } from './admission.ts';
import { type Answer, localAnswer } from './answer.ts';
import type { Target, Upstream } from './destinations.ts';
import type { Exchange } from './exchange.ts';
import { Headers, removeHopByHop } from './headers.ts';
import type { MeshRequest } from './request.ts';
import { type Failure, type Outcome, type RetryPolicy, retryDelay } from './retries.ts';
import { send, UpstreamFailure } from './upstream.ts';

/** Bodies up to this are kept, so that they can be sent again; a larger one is sent once. Bytes. */
const retryBufferLimit = 64 * 1024;

interface Limits {
  /** Milliseconds for the whole response, retries included; 0 is none. */
  readonly timeout: number;
  readonly retries: RetryPolicy;
}

type Attempt = { readonly answer: Answer; readonly outcome: Outcome; readonly discard: () => void };

export async function forward(
  exchange: Exchange,
  { request, upstream, limits }: { request: MeshRequest; upstream: Upstream; limits: Limits },
): Promise<Answer> {
  const { runtime, client } = exchange;
  const body = await bodyOf(exchange, request, limits.retries);
  const attempts = body === 'streamed' ? 0 : limits.retries.attempts;
  const timer = startTimer(limits.timeout);
  client.response.once('close', timer.stop);
  const signal = timer.signal ? AbortSignal.any([client.gone, timer.signal]) : client.gone;

  for (let attempt = 0; ; attempt += 1) {
    const target = runtime.balancer.pick(upstream, runtime.random);
    if (!target) return localAnswer(503, 'no healthy upstream', { flags: 'UH' });
    const result = await tryOnce(exchange, {
      request,
      target,
      body: body === 'streamed' ? client.request : body,
      perTryTimeout: limits.retries.perTryTimeout,
      connectTimeout: upstream.connectTimeout,
      signal,
    });
    if (timer.signal?.aborted) return localAnswer(504, 'upstream request timeout', { flags: 'UT' });
    if (attempt >= attempts || client.gone.aborted || !limits.retries.shouldRetry(result.outcome)) return result.answer;
    result.discard();
    await sleep(retryDelay(attempt + 1, runtime.random));
  }
}

/** @param milliseconds 0 for a timer that never fires */
function startTimer(milliseconds: number): { readonly signal?: AbortSignal; readonly stop: () => void } {
  if (milliseconds === 0) return { stop: () => undefined };
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), milliseconds);
  return { signal: controller.signal, stop: () => clearTimeout(timer) };
}

async function bodyOf(
  { client }: Exchange,
  { framing }: MeshRequest,
  { attempts }: RetryPolicy,
): Promise<Buffer | undefined | 'streamed'> {
  if (framing.body === 'none') return undefined;
  if (attempts === 0 || framing.body === 'chunked' || framing.length > retryBufferLimit) return 'streamed';
  return Buffer.concat(await client.request.toArray());
}

interface TryOptions {
  readonly request: MeshRequest;
  readonly target: Target;
  readonly body: IncomingMessage | Buffer | undefined;
  readonly perTryTimeout: number;
  readonly connectTimeout: number;
  readonly signal: AbortSignal;
}

async function tryOnce(exchange: Exchange, options: TryOptions): Promise<Attempt> {
  const { target } = options;
  const admission = await enter(exchange, options.request, target);
  if ('answer' in admission)
    return { answer: admission.answer, outcome: { status: admission.answer.status }, discard: () => undefined };

  const { balancer, agent } = exchange.runtime;
  const timer = startTimer(options.perTryTimeout);
  balancer.begin(target);
  const done = () => {
    timer.stop();
    balancer.end(target);
  };
  try {
    const response = await send(admission.admitted, {
      agent,
      target,
      body: options.body,
      connectTimeout: options.connectTimeout,
      signal: timer.signal ? AbortSignal.any([options.signal, timer.signal]) : options.signal,
    });
    timer.stop();
    response.once('close', done);
    const headers = Headers.from(response.rawHeaders);
    removeHopByHop(headers);
    const status = response.statusCode ?? 502;
    return {
      answer: { status, headers, body: response, flags: '' },
      outcome: { status },
      discard: () => response.destroy(),
    };
  } catch (error) {
    done();
    if (!(error instanceof UpstreamFailure)) throw error;
    const failure = timer.signal?.aborted ? 'per-try-timeout' : error.failure;
    return { answer: failureAnswer(failure), outcome: { failure }, discard: () => undefined };
  }
}

/** The callee's own sidecar: it knows the caller by the caller's certificate, and says so to the workload. */
async function enter(exchange: Exchange, request: MeshRequest, { callee }: Target) {
  if (!callee) return { admitted: request };
  const { workload } = callee.replica;
  const door = exchange.mesh.doors.get(workload.name);
  // Every workload of the registry has one; without it nothing would be asked.
  if (!door) throw new Error(`no policies were compiled for ${workload.name}`);
  const headers = request.headers.clone();
  headers.set('X-Forwarded-Client-Cert', `By=spiffe://${workload.principal};URI=spiffe://${exchange.source.principal}`);
  const admission = await admit({ ...request, headers }, door, {
    visitor: {
      principal: exchange.source.principal,
      sourceIp: '127.0.0.1',
      remoteIp: request.headers.get('x-forwarded-for')?.split(',').at(-1)?.trim() ?? '127.0.0.1',
    },
    destinationPort: callee.port,
    now: exchange.runtime.now() / 1000,
  });
  exchange.log.callee = workload.name;
  exchange.log.policy = admission.policy;
  return admission;
}

const resetReasons: Readonly<Record<Failure, string>> = {
  'connect-failure': 'connection failure',
  reset: 'connection termination',
  'per-try-timeout': '',
};

function failureAnswer(failure: Failure): Answer {
  if (failure === 'per-try-timeout') return localAnswer(504, 'upstream request timeout', { flags: 'UT' });
  const body = `upstream connect error or disconnect/reset before headers. reset reason: ${resetReasons[failure]}`;
  return localAnswer(503, body, { flags: failure === 'reset' ? 'UC' : 'UF' });
}

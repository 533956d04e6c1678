import type { z } from 'zod';
import { type Api, bytes, noContent, type ResponseSpec, type Route } from '../contract/index.ts';
import { ProblemError, problemError, Unreachable } from './errors.ts';
import { type LooseArguments, requestInit, requestUrl } from './request.ts';
import type { Client } from './types.ts';

/** cockatiel's policies have this shape. */
export interface Policy {
  execute<T>(work: (context: { readonly signal: AbortSignal }) => Promise<T>): Promise<T>;
}

export interface ClientOptions {
  /** `http://auth-api`; '' in a browser, for the page's own. */
  readonly origin: string;
  /** @default the global one */
  readonly fetch?: typeof globalThis.fetch;
  /** For the whole answer, in milliseconds. @default 10 000 */
  readonly timeoutMs?: number;
  /** Sent with every call; a function is asked each time, for what belongs to the work at hand. */
  readonly headers?: Readonly<Record<string, string>> | (() => Readonly<Record<string, string>>);
  /** Timeouts, retries, a breaker. It sees as errors what is the callee's failure, and no answer that says no. */
  readonly policy?: Policy;
}

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly data: ArrayBuffer;
}

/** A typed client: one method for each route, which gives the parsed answer. Runs in browsers and in Node. */
export function createClient<const A extends Api>(api: A, options: ClientOptions): Client<A> {
  const calls = Object.entries(api.routes).map(([name, route]) => [
    name,
    (call: LooseArguments = {}) => callRoute(route, call, options),
  ]);
  // One entry for each route, whose arguments and answers are checked by its schemas.
  return Object.fromEntries(calls) as Client<A>;
}

async function callRoute(route: Route, call: LooseArguments, options: ClientOptions) {
  const name = `${route.service}.${route.name}`;
  const url = requestUrl(options.origin, route, call);
  const always = typeof options.headers === 'function' ? options.headers() : (options.headers ?? {});
  const init = requestInit(route, call, always);
  const fetch = options.fetch ?? globalThis.fetch;

  async function exchange(policySignal?: AbortSignal): Promise<Answer> {
    const timeout = AbortSignal.timeout(call.timeoutMs ?? options.timeoutMs ?? 10_000);
    const signals = [timeout, call.signal, policySignal].filter((signal) => signal !== undefined);
    let answer: Answer;
    try {
      const response = await fetch(url, { ...init, signal: AbortSignal.any(signals) });
      answer = { status: response.status, headers: response.headers, data: await response.arrayBuffer() };
    } catch (error) {
      const late = timeout.aborted || policySignal?.aborted;
      throw new Unreachable(name, call.signal?.aborted ? 'aborted' : late ? 'timeout' : 'network', error);
    }
    if (answer.status >= 500) throw problemError(name, { ...answer, text: textOf(answer) });
    return answer;
  }

  const { policy } = options;
  const answer = await (policy ? policy.execute(({ signal }) => exchange(signal)) : exchange()).catch(
    (error: unknown) => {
      throw error instanceof Unreachable || error instanceof ProblemError
        ? error
        : new Unreachable(name, 'refused', error);
    },
  );
  if (answer.status >= 400) throw problemError(name, { ...answer, text: textOf(answer) });
  try {
    return { status: answer.status, headers: answer.headers, body: bodyOf(route.responses[answer.status], answer) };
  } catch (error) {
    throw new Unreachable(name, 'answer', error);
  }
}

function textOf({ data }: Answer): string {
  return new TextDecoder().decode(data);
}

function bodyOf(spec: ResponseSpec | undefined, answer: Answer): unknown {
  if (spec === undefined) throw new TypeError(`status ${answer.status} is not declared`);
  if (spec === noContent) return undefined;
  const json = !('contentType' in spec) || spec.contentType.includes('json');
  const schema: z.ZodType = 'contentType' in spec ? spec.schema : spec;
  if (schema === bytes) return new Uint8Array(answer.data);
  return schema.parse(json ? JSON.parse(textOf(answer)) : textOf(answer));
}

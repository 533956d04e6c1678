import { createPolicy } from '@ticketaka/platform/breaker';
import type { Logger } from '@ticketaka/platform/log';
import type { Element } from '@xmldom/xmldom';
import { createPace } from './pace.ts';
import { parseXml } from './xml.ts';

export interface SourceOptions {
  /** `kopis`, in logs. */
  readonly name: string;
  /** Paths are added to it. */
  readonly url: string;
  readonly key: string;
  readonly log: Logger;
  /** @default 10 */
  readonly requestsPerSecond?: number;
  /** For one request, in milliseconds. @default 10000 */
  readonly timeoutMs?: number;
  /** @default 5 */
  readonly attempts?: number;
  /** @default globalThis.fetch */
  readonly fetch?: typeof fetch;
}

export interface Source {
  /**
   * Reads a document, with retries, at the pace that was set.
   * @throws SourceFailure, UnreadableXml, or the breaker's error, when retries are used up
   */
  read(path: string, query: Readonly<Record<string, string>>, signal: AbortSignal): Promise<Element>;
}

/** The other side did not answer, or not with a document. */
export class SourceFailure extends Error {
  override readonly name = 'SourceFailure';
}

/** The other side understood the request and will not answer it: a wrong key, a wrong parameter. Retries are no help. */
export class SourceRefusal extends Error {
  override readonly name = 'SourceRefusal';
}

/** KOPIS' longest answers, lists of a hundred, have less than 100 kB. */
const maxBytes = 5_000_000;
const longestRetryAfterSeconds = 30;

/**
 * @param keyName the query parameter that carries the key
 * @param refusalOf why a document is not an answer; undefined when it is one
 */
export function createSource(
  options: SourceOptions & {
    readonly keyName: string;
    readonly refusalOf: (document: Element) => string | undefined;
  },
): Source {
  const { name, url, key, log, keyName, refusalOf, timeoutMs = 10_000, attempts = 5 } = options;
  const send = options.fetch ?? fetch;
  const pace = createPace(options.requestsPerSecond ?? 10);
  const policy = createPolicy({
    name,
    log,
    attempts,
    // An attempt may be held back before it is sent; the request has its own time limit.
    timeoutMs: timeoutMs + (longestRetryAfterSeconds + 5) * 1000,
    failures: 20,
    isFailure: (error) => !(error instanceof SourceRefusal) && !isAbort(error),
  });
  return {
    read: (path, query, signal) =>
      policy.execute(async ({ signal: ofPolicy }) => {
        const stopping = AbortSignal.any([signal, ofPolicy]);
        await pace.turn(stopping);
        const document = parseXml(await get(path, query, stopping));
        const refusal = refusalOf(document);
        if (refusal !== undefined) throw new SourceRefusal(`${name}: ${refusal}`);
        return document;
      }, signal),
  };

  async function get(path: string, query: Readonly<Record<string, string>>, signal: AbortSignal): Promise<string> {
    const parameters = new URLSearchParams({ ...query, [keyName]: key });
    const limit = AbortSignal.timeout(timeoutMs);
    try {
      const response = await send(`${url}/${path}?${parameters.toString()}`, {
        signal: AbortSignal.any([signal, limit]),
        // The key must not follow to another host.
        redirect: 'error',
      });
      if (!response.ok) throw await failed(response);
      return await textOf(response);
    } catch (error) {
      if (error instanceof SourceFailure || error instanceof SourceRefusal || signal.aborted) throw error;
      const why = limit.aborted ? `no answer within ${timeoutMs} ms` : 'no connection';
      throw new SourceFailure(`${name}: ${why}`, { cause: error });
    }
  }

  async function failed(response: Response): Promise<Error> {
    await response.body?.cancel();
    const { status } = response;
    if (status === 429 || status === 503) pace.holdBack(retryAfter(response.headers.get('retry-after')));
    const failure = status === 429 || status >= 500 || status === 408;
    return new (failure ? SourceFailure : SourceRefusal)(`${name}: status ${status}`);
  }

  async function textOf(response: Response): Promise<string> {
    const chunks: Uint8Array[] = [];
    let size = 0;
    for await (const chunk of response.body ?? []) {
      size += chunk.byteLength;
      if (size > maxBytes) throw new SourceFailure(`${name}: more than ${maxBytes} bytes`);
      chunks.push(chunk);
    }
    return Buffer.concat(chunks).toString('utf8');
  }
}

/** Milliseconds; a date or nothing counts as one second. */
function retryAfter(header: string | null): number {
  const seconds = /^\d+$/u.test(header ?? '') ? Number(header) : 1;
  return Math.min(seconds, longestRetryAfterSeconds) * 1000;
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}

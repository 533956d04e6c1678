import { createServer } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { listen } from '@ticketaka/platform/http';

/** A request on its way to the other service. */
export interface Passing {
  readonly method: string;
  readonly path: string;
  /** Lets it go on, and resolves when the other service has answered. */
  forward(): Promise<void>;
}

/** What happens to a request: `answer` lets its answer through, `lose` breaks the connection instead. */
export type Fate = 'answer' | 'lose';

export interface FaultProxy extends AsyncDisposable {
  readonly url: string;
  /** Decides the fate of requests from now on. Without a rule they are forwarded and answered. */
  rule: ((passing: Passing) => Promise<Fate>) | undefined;
}

/** Stands between two services, and can lose what they say to each other on the way there or on the way back. */
export async function startFaultProxy(target: string): Promise<FaultProxy> {
  const server = createServer((request, response) => {
    void (async () => {
      const body = await buffer(request);
      const { method = 'GET', url: path = '/' } = request;
      let answer: Promise<Response> | undefined;
      const type = request.headers['content-type'];
      const ask = () =>
        (answer ??= fetch(target + path, {
          method,
          headers: type === undefined ? {} : { 'content-type': type },
          ...(body.length > 0 && { body }),
        }));
      const forward = async () => void (await ask());
      const fate = (await proxy.rule?.({ method, path, forward })) ?? 'answer';
      if (fate === 'lose') return response.destroy();
      const { status, headers, ...answered } = await ask().then(async (got) => ({
        status: got.status,
        headers: got.headers,
        body: Buffer.from(await got.arrayBuffer()),
      }));
      response.writeHead(status, Object.fromEntries(headers));
      return response.end(answered.body);
    })().catch((error: unknown) => response.destroy(error instanceof Error ? error : undefined));
  });
  const listening = await listen(server, 0, '127.0.0.1');
  const proxy: FaultProxy = {
    url: listening.url,
    rule: undefined,
    async [Symbol.asyncDispose]() {
      await listening.close({ deadlineMs: 0 });
    },
  };
  return proxy;
}

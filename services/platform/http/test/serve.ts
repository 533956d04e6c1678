import { Writable } from 'node:stream';
import type { Api } from '../../contract/index.ts';
import { createLogger } from '../../log/index.ts';
import { createMetrics } from '../../metrics/index.ts';
import { type AppOptions, createApp, createServer, listen } from '../index.ts';

export interface LogLine {
  readonly msg: string;
  readonly level: string;
  readonly [field: string]: unknown;
}

/** Serves an API on a free port of this machine, and keeps its log. */
export async function serve<const A extends Api>(
  options: Pick<AppOptions<A>, 'api' | 'handlers'> & Partial<AppOptions<A>>,
) {
  const lines: LogLine[] = [];
  const destination = new Writable({
    write(chunk: Buffer, _encoding, done) {
      lines.push(JSON.parse(chunk.toString()));
      done();
    },
  });
  const names = { service: options.api.service, workload: 'api' };
  const metrics = createMetrics({ ...names, ofProcess: false });
  const log = createLogger({ ...names, destination });
  const app = createApp<A>({ log, metrics, checkResponses: 'throw', ...options });
  const listening = await listen(createServer(app), 0, '127.0.0.1');
  return {
    url: listening.url,
    port: listening.port,
    lines,
    metrics,
    get: (path: string, init?: RequestInit) => fetch(listening.url + path, init),
    post: (path: string, body: unknown, headers: Readonly<Record<string, string>> = {}) =>
      fetch(listening.url + path, {
        method: 'POST',
        body: JSON.stringify(body),
        headers: { 'content-type': 'application/json', ...headers },
      }),
    close: () => listening.close(),
    [Symbol.asyncDispose]: () => listening.close({ deadlineMs: 0 }),
  };
}

import autocannon from 'autocannon';
import type { Sample } from '../harness.ts';
import type { ChildServer } from './child-server.ts';

const seconds = 3;
const connections = 32;

export interface Asking {
  /** In turns. */
  readonly urls: readonly string[];
  readonly headers?: Readonly<Record<string, string>>;
  /** What every answer must be. */
  readonly status: 200 | 204 | 304;
}

/**
 * Asks as often as it can. Gives requests per second of CPU time of the server, what a core can do, whatever else the
 * machine is doing; right only when all answers had the status and each has its line in the log.
 */
export async function getLoad(server: ChildServer, { urls, headers = {}, status }: Asking): Promise<Sample> {
  return await server.logged(async () => {
    const before = await server.cpu();
    const result = await autocannon({
      url: urls[0] ?? server.url,
      requests: urls.map((url) => ({ method: 'GET' as const, path: url.slice(new URL(url).origin.length), headers })),
      connections,
      duration: seconds,
    });
    const used = (await server.cpu()) - before;
    const answered = result[status === 304 ? '3xx' : '2xx'];
    const all = result['2xx'] + result['3xx'] + result['4xx'] + result['5xx'];
    const correct = answered > 0 && answered === all && result.errors === 0;
    return { value: (answered / used) * 1e6, correct, answered };
  });
}

/** What every answer costs, in the same process. */
export function emptyLoad(server: ChildServer): Promise<Sample> {
  return getLoad(server, { urls: [server.emptyUrl], status: 200 });
}

/** A further figure: the same with an answer of no content, which is less than any answer with headers of its own. */
export async function noContentFigure(server: ChildServer): Promise<Readonly<Record<string, number>>> {
  const { value } = await getLoad(server, { urls: [server.emptyUrl.replace(/empty$/, 'nothing')], status: 204 });
  return { 'requests/s of CPU of a route that answers 204': Math.round(value) };
}

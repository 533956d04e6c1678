import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import * as answers from './answers.ts';
import { Faults, faultOrder } from './faults.ts';
import { type World, worldOn } from './world.ts';

export interface SandboxOptions {
  /** 0 picks a free one. */
  readonly port: number;
  /** The `service` of KOPIS and the `serviceKey` of the holidays. */
  readonly key: string;
  readonly around: string;
  readonly seed?: string | undefined;
  readonly count?: number | undefined;
  /** @default 0 */
  readonly day?: number | undefined;
}

export interface Sandbox {
  readonly port: number;
  /** For KOPIS_URL. */
  readonly kopisUrl: string;
  /** For HOLIDAYS_URL. */
  readonly holidaysUrl: string;
  close(): Promise<void>;
}

const kopis = '/openApi/restful';
const holidays = '/B090041/openapi/service/SpcdeInfoService';
const control = z.strictObject({ day: z.int().min(0).max(1000).optional(), fault: faultOrder.optional() });

/**
 * A server that answers as KOPIS and the holidays of data.go.kr do, on 127.0.0.1, out of the demo data. `POST /control`
 * with `{"day": 3}` moves it to another day, with `{"fault": {…}}` orders faults (see `faultOrder`), and
 * `DELETE /control/faults` forgets those; `GET /control` tells the day and how often each path was asked for.
 */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const { key, seed, around, count } = options;
  const faults = new Faults();
  const asked = new Map<string, number>();
  let day = options.day ?? 0;
  let world = worldOn({ seed, around, count, day });

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      if (error instanceof z.ZodError || error instanceof SyntaxError)
        return response.writeHead(400).end(error.message);
      console.error(error);
      return response.writeHead(500).end();
    });
  });
  await once(server.listen(options.port, '127.0.0.1'), 'listening');
  const port = portOf(server);
  const origin = `http://127.0.0.1:${port}`;
  return {
    port,
    kopisUrl: `${origin}${kopis}`,
    holidaysUrl: `${origin}${holidays}`,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      // One that hangs would keep it open.
      server.closeAllConnections();
      await closed;
    },
  };

  async function answer(request: IncomingMessage, response: ServerResponse) {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    if (url.pathname === '/readyz') return response.end('ready');
    if (url.pathname.startsWith('/control')) return await answerControl(request, response, url);
    if (request.method !== 'GET') return response.writeHead(405).end();
    asked.set(url.pathname, (asked.get(url.pathname) ?? 0) + 1);
    const fault = faults.strike(url.pathname);
    if (fault?.do === 'hang') return response;
    if (fault?.do === 'slow') await delay(fault.delayMs);
    if (fault?.do === 'status') {
      if (fault.retryAfter !== undefined) response.setHeader('retry-after', fault.retryAfter);
      return response.writeHead(fault.status).end();
    }
    const body = bodyOf(world, url, key);
    if (body === undefined) return response.writeHead(404).end();
    response.setHeader('content-type', 'application/xml;charset=UTF-8');
    return response.end(fault?.do === 'broken' ? answers.cut(body) : body);
  }

  async function answerControl(request: IncomingMessage, response: ServerResponse, { pathname }: URL) {
    if (request.method === 'DELETE' && pathname === '/control/faults') faults.clear();
    else if (request.method === 'POST') {
      const order = control.parse(JSON.parse(await text(request)));
      if (order.day !== undefined) {
        day = order.day;
        world = worldOn({ seed, around, count, day });
      }
      if (order.fault) faults.order(order.fault);
    }
    response.setHeader('content-type', 'application/json');
    return response.end(JSON.stringify({ day, asked: Object.fromEntries(asked) }));
  }
}

function bodyOf(world: World, { pathname, searchParams: query }: URL, key: string): string | undefined {
  if (pathname === `${holidays}/getRestDeInfo`) {
    const known = [query.get('serviceKey'), query.get('ServiceKey')].includes(key);
    return known ? answers.restDays(query) : answers.restDaysError('30', 'SERVICE_KEY_IS_NOT_REGISTERED_ERROR');
  }
  const [, route, id] = new RegExp(`^${kopis}/([a-z]+)(?:/([A-Z0-9]+))?$`, 'u').exec(pathname) ?? [];
  if (route === undefined) return undefined;
  if (query.get('service') !== key) return answers.kopisError('02', 'SERVICE KEY IS NOT REGISTERED ERROR.');
  if (route === 'prfplc') return id === undefined ? answers.venueList(world, query) : answers.venueDetail(world, id);
  if (route === 'pblprfr') {
    return id === undefined ? answers.performanceList(world, query) : answers.performanceDetail(world, id);
  }
  return route === 'boxoffice' && id === undefined ? answers.boxOffice(world, query) : undefined;
}

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new TypeError('the sandbox does not listen on TCP');
  return address.port;
}

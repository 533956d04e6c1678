import { randomUUID } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { services } from '@ticketaka/charts/services';
import { platformErrors, type Route, type Service, workloadName, workloadOf } from '@ticketaka/platform/contract';
import { z } from 'zod';
import { platform as connect, type Platform } from './platform.ts';
import { type Mint, mint } from './tokens.ts';

/** Every route × every caller, as the declarations say it, run through the real mesh. */

/** `answered`: the service itself spoke. Anything else is a refusal, nearly always the mesh's. */
type Outcome = 'answered' | '401' | '403' | '502' | `unexpected: ${string}`;

interface Cell {
  readonly route: string;
  readonly caller: string;
  readonly expected: Outcome;
  readonly got: Outcome;
}

const routes = services.flatMap(({ api }) => Object.values(api?.routes ?? {}));
const people = { member: [], organizer: ['organizer'], staff: ['staff'], admin: ['admin'] } as const;

let platform: Platform;
let tokens: Mint;
let outbound: Readonly<Record<string, number>>;
beforeAll(async () => {
  platform = await connect();
  tokens = await mint(platform);
  outbound = await outboundPorts(platform);
}, 180_000);
afterAll(() => platform[Symbol.asyncDispose]());

describe('the table of routes and callers', () => {
  it('holds at the gateway', async () => {
    const cells: Cell[] = [];
    for (const route of routes) {
      cells.push(await atGateway(route, 'nobody', undefined));
      for (const [name, roles] of Object.entries(people)) {
        cells.push(await atGateway(route, name, `Bearer ${await tokens.good(roles)}`));
      }
      for (const [name, token] of Object.entries(tokens.bad))
        cells.push(await atGateway(route, name, `Bearer ${token}`));
      cells.push(await atGateway(route, 'basic', 'Basic YTpi'));
    }
    summary('gateway', cells);
    expect(wrong(cells)).toEqual([]);
  }, 180_000);

  it('holds between services', async () => {
    const cells: Cell[] = [];
    for (const caller of workloads()) {
      for (const route of routes)
        if (route.service !== caller.service.name) cells.push(await betweenServices(route, caller));
    }
    summary('between services', cells);
    expect(wrong(cells)).toEqual([]);
  }, 180_000);
});

async function atGateway(route: Route, caller: string, authorization: string | undefined): Promise<Cell> {
  const headers = authorization === undefined ? {} : { authorization };
  const response = await fetch(platform.gateway + examplePath(route), {
    ...example(route, headers),
    redirect: 'manual',
  });
  const got = outcome(route, { status: response.status, body: await response.text() });
  return { route: nameOf(route), caller, expected: expectedAtGateway(route, caller), got };
}

function expectedAtGateway(route: Route, caller: string): Outcome {
  if (caller === 'for another audience') return expectedForAnotherAudience(route);
  // A bad token is refused wherever it is shown, also where none is needed.
  if (caller in tokens.bad) return '401';
  const signedIn = caller in people;
  switch (route.access.level) {
    case 'public':
      return 'answered';
    case 'member':
      return signedIn ? 'answered' : '401';
    case 'role': {
      if (!signedIn) return '401';
      const held: readonly string[] = people[caller as keyof typeof people];
      return route.access.roles.some((role) => held.includes(role)) ? 'answered' : '403';
    }
    default:
      return '403';
  }
}

/** To the mesh it is a good token without roles; the service refuses it where a token counts. */
function expectedForAnotherAudience({ access }: Route): Outcome {
  if (access.level === 'public') return 'answered';
  return access.level === 'member' ? '401' : '403';
}

interface Caller {
  readonly service: Service;
  readonly workload: string;
}

function workloads(): Caller[] {
  return services.flatMap((service) =>
    Object.keys(service.workloads).map((workload) => ({ service, workload: workloadName(service.name, workload) })),
  );
}

async function betweenServices(route: Route, { service, workload }: Caller): Promise<Cell> {
  const callee = services.find(({ name }) => name === route.service);
  if (!callee) throw new Error(`${route.service} is not declared`);
  const host = workloadName(callee.name, workloadOf(callee, route));
  const calls = service.calls.filter((call) => call.service === route.service);
  const declared = calls.some((call) => call.name === route.name);
  const visible = calls.some((call) => workloadName(callee.name, workloadOf(callee, call)) === host);
  // What a service does not call at all is not in its sidecar's registry.
  const expected = declared ? 'answered' : visible ? '403' : '502';
  // The best token there is: it must open nothing that was not declared.
  const authorization = `Bearer ${await tokens.good(['admin', 'staff', 'organizer'])}`;
  const port = outbound[workload];
  if (port === undefined) throw new Error(`${workload} has no outbound listener`);
  const answer = await throughProxy({
    port,
    url: `http://${host}${examplePath(route)}`,
    ...example(route, { authorization }),
  });
  return { route: nameOf(route), caller: workload, expected, got: outcome(route, answer) };
}

interface ProxiedRequest {
  readonly port: number;
  readonly url: string;
  readonly method: string;
  readonly headers: Record<string, string>;
  readonly body?: string;
}

async function throughProxy({ port, url, method, headers, body }: ProxiedRequest) {
  const sent = httpRequest({
    host: '127.0.0.1',
    port,
    path: url,
    method,
    headers: { ...headers, host: new URL(url).host },
  });
  const response = new Promise<{ status: number; body: string }>((resolve, reject) => {
    sent.once('error', reject).once('response', (incoming) => {
      text(incoming).then((read) => resolve({ status: incoming.statusCode ?? 0, body: read }), reject);
    });
  });
  sent.end(body);
  return await response;
}

function outcome(route: Route, { status, body }: { status: number; body: string }): Outcome {
  const { code } = problemBody.safeParse(parseJson(body)).data ?? {};
  const errors = services.find(({ name }) => name === route.service)?.api?.errors ?? {};
  if (code !== undefined && code in errors) return 'answered';
  if (status === 401) return '401';
  if (status === 403) return '403';
  if (status === 502) return '502';
  if (String(status) in route.responses) return 'answered';
  // The service's own check of the input, which only comes after access was granted.
  const own = code !== undefined && code in platformErrors && ownChecks.has(code);
  return own ? 'answered' : `unexpected: ${status} ${body.slice(0, 200)}`;
}

const problemBody = z.object({ code: z.string() });
const ownChecks = new Set(['invalid_request', 'not_found', 'unsupported_media_type']);

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    // The mesh refuses in plain text.
    return undefined;
  }
}

/** A request that does no harm: an id of nobody, and a body that no schema accepts. */
function example({ method, body, idempotent }: Route, given: Record<string, string>) {
  const headers = { ...given, ...(idempotent && { 'idempotency-key': randomUUID() }) };
  if (!body) return { method, headers };
  return { method, headers: { ...headers, 'content-type': 'application/json' }, body: '[]' };
}

function examplePath({ fullPath }: Route) {
  return fullPath.replaceAll(/\{[^}]+\}/g, () => randomUUID());
}

const nameOf = ({ service, name }: Route) => `${service}.${name}`;
const wrong = (cells: readonly Cell[]) => cells.filter(({ expected, got }) => expected !== got);

function summary(where: string, cells: readonly Cell[]) {
  const verdict = wrong(cells).length === 0 ? 'all as expected' : `${wrong(cells).length} NOT as expected`;
  process.stderr.write(`access table, ${where}: ${cells.length} cells run, ${verdict}\n`);
}

const config = z.object({ listeners: z.object({ outbound: z.record(z.string(), z.int()) }) });

async function outboundPorts({ meshAdmin }: Platform) {
  const response = await fetch(`${meshAdmin}/config`);
  const { listeners } = config.parse(await response.json());
  return listeners.outbound;
}

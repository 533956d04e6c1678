import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { services } from '@ticketaka/charts/services';
import type { Route } from '@ticketaka/platform/contract';
import { waitFor } from '@ticketaka/platform/testing';
import * as fc from 'fast-check';
import { type FuzzAnswer, FuzzClient } from './fuzz-client.ts';
import { complaints } from './fuzz-judge.ts';
import { type FuzzRequest, requestsTo } from './fuzz-request.ts';
import { Tables } from './fuzz-tables.ts';
import { World } from './fuzz-world.ts';
import { platform as connect, type Platform } from './platform.ts';
import { manage } from './show.ts';

/**
 * Every route that the gateway shows, with requests made from its own schemas and then spoiled. To look further than a
 * test run has time for: FUZZ_RUNS=1000 FUZZ_SEED=7 npm test -- tests/e2e/fuzz.test.ts
 */
const runs = Number(process.env['FUZZ_RUNS'] ?? 50);
const seed = Number(process.env['FUZZ_SEED'] ?? 20_261_120);

const exposed = services
  .flatMap(({ api }) => Object.values<Route>(api?.routes ?? {}))
  .filter(({ access }) => access.level !== 'internal' && access.level !== 'partner');

const owners = services.filter(({ owns }) => owns.mariadb).map(({ name }) => name);

/** First what makes and changes, then what reads it, and what ends something last. */
function turn({ method, path }: Route): number {
  if (method === 'DELETE' || /\/(?:cancellation|logout)$/.test(path)) return 2;
  return method === 'GET' ? 1 : 0;
}

let platform: Platform;
let world: World;
let client: FuzzClient;
/** Refused before any handler saw them, on routes that change something. */
const refused: { readonly request: FuzzRequest; readonly token: string | undefined }[] = [];
let children: ReadonlyMap<string, number>;
beforeAll(async () => {
  platform = await connect();
  client = new FuzzClient(platform.gateway);
  world = await World.create(platform);
  children = await processes();
  process.stderr.write(`fuzz: ${exposed.length} routes, ${runs} requests to each, seed ${seed}\n`);
}, 180_000);
afterAll(async () => {
  client[Symbol.dispose]();
  await platform[Symbol.asyncDispose]();
});

async function processes(): Promise<ReadonlyMap<string, number>> {
  return new Map((await platform.state()).children.map(({ name, pid }) => [name, pid]));
}

describe('odd requests', () => {
  it.each(
    exposed.toSorted((a, b) => turn(a) - turn(b)).map((route) => [`${route.service}.${route.name}`, route] as const),
  )(
    'to %s are answered, or refused, as it declares',
    async (_, route) => {
      const token = world.tokenFor(route);
      const property = fc.asyncProperty(requestsTo(route, world.knownFor(route)), async (request) => {
        const answer = await client.send(request, token).catch((error: unknown) => {
          throw new Error(`no answer to ${shown(request)}`, { cause: error });
        });
        world.learn(route, answer);
        if (route.method !== 'GET' && isRefusal(answer)) refused.push({ request, token });
        const found = complaints(route, answer, request.wrong);
        if (found.length > 0)
          throw new Error(`${found.join('; ')}: ${shown(request)}\n${answer.body.toString().slice(0, 500)}`);
      });
      await fc.assert(property, {
        numRuns: runs,
        seed,
        interruptAfterTimeLimit: 100_000,
        markInterruptAsFailure: true,
      });
    },
    120_000,
  );

  it('that are refused leave nothing behind', async () => {
    await using tables = await Tables.open(platform, owners);
    const changed = async (requests: typeof refused) => {
      const before = await tables.sums();
      for (const { request, token } of requests) await client.send(request, token);
      return await tables.changedSince(before);
    };
    const small = refused.filter(({ request }) => (request.body?.length ?? 0) < 100_000);
    // Mails and messages of the requests that were not refused are still on their way.
    const unchanged = async () => {
      const left = await changed(small);
      if (left.length > 0) throw new Error(`${left.join(', ')} changed`);
      return true;
    };
    await waitFor(unchanged, { what: 'nothing to change', timeoutMs: 60_000, intervalMs: 500 });
    const body = Buffer.from('{"name":"a","region":"seoul","address":"a"}');
    const target = `${manage}/venues`;
    const headers = { 'content-type': 'application/json' };
    const taken = { method: 'POST', target, headers, body, chunked: false, wrong: undefined };
    expect(await changed([{ request: taken, token: world.token }])).toContain('performances.venues');
  }, 90_000);

  it('leave every process alive and ready', async () => {
    expect(await processes()).toEqual(children);
    const { children: running } = await platform.state();
    for (const { name, adminPort } of running) {
      if (adminPort === undefined) continue;
      const { status } = await fetch(`http://127.0.0.1:${adminPort}/readyz`);
      expect({ name, status }).toEqual({ name, status: 200 });
    }
  });
});

function isRefusal({ status, body }: FuzzAnswer): boolean {
  return (
    [400, 413, 415].includes(status) &&
    /"code":"(?:invalid_request|payload_too_large|unsupported_media_type)"/.test(body.toString())
  );
}

function shown({ method, target, headers, body, wrong }: FuzzRequest): string {
  const text = body === undefined ? '' : JSON.stringify(body.subarray(0, 1000).toString());
  return `${method} ${target.slice(0, 500)} ${JSON.stringify(headers).slice(0, 500)} ${text} (wrong: ${wrong ?? 'nothing'})`;
}

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { ask, startMesh, startUpstream, type TestMesh } from './harness.ts';
import { gateway, meshConfig, workload } from './manifests.ts';

const destinationRule = `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: a, namespace: ticketaka }
spec:
  host: auth-api
  trafficPolicy: { loadBalancer: { simple: ROUND_ROBIN } }
  subsets: [{ name: stable, labels: { version: '1' } }, { name: canary, labels: { version: '2' } }]
`;
const routes = (http: string) =>
  [
    meshConfig(),
    workload('auth-api'),
    gateway,
    destinationRule,
    `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: edge, namespace: ticketaka }
spec: { hosts: ['*'], gateways: [istio-ingress/ticketaka], http: [${http}] }
`,
  ].join('---\n');
const destination = 'destination: { host: auth-api }';

describe('a route', () => {
  const stops: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const stop of stops.splice(0).toReversed()) await stop();
  });

  const upstream = async (...args: Parameters<typeof startUpstream>) => {
    const server = await startUpstream(...args);
    stops.push(server.stop);
    return server;
  };
  const mesh = async (http: string, addresses: readonly unknown[]): Promise<TestMesh> => {
    const started = await startMesh(routes(http), { 'auth-api': { addresses, outboundPort: 0 } });
    stops.push(() => started.stop());
    return started;
  };
  const named = (name: string) =>
    upstream((request, response) => response.end(`${name} ${request.method} ${request.url}`));

  it('takes turns between replicas', async () => {
    const [a, b] = [await named('a'), await named('b')];
    const { gateway: port } = await mesh(`{ route: [{ ${destination} }] }`, [a.address, b.address]);
    const bodies = [await ask(port, '/'), await ask(port, '/'), await ask(port, '/')].map(({ body }) => body[0]);
    expect(bodies).toEqual(['a', 'b', 'a']);
  });

  it('sends by weight to subsets', async () => {
    const [a, b] = [await named('a'), await named('b')];
    const { gateway: port } = await mesh(
      `{ route: [{ destination: { host: auth-api, subset: stable }, weight: 0 }, { destination: { host: auth-api, subset: canary }, weight: 100, headers: { response: { set: { x-track: canary } } } }] }`,
      [
        { address: a.address, labels: { version: '1' } },
        { address: b.address, labels: { version: '2' } },
      ],
    );
    const reply = await ask(port, '/');
    expect([reply.body, reply.headers['x-track']]).toEqual(['b GET /', 'canary']);
  });

  it('tries again what may be tried again, with its body, at another replica', async () => {
    const seen: string[] = [];
    const flaky = await upstream((request, response) => {
      request.on('data', (chunk) => seen.push(String(chunk)));
      request.on('end', () => response.writeHead(503).end());
    });
    const good = await upstream((request, response) => {
      request.on('data', (chunk) => seen.push(String(chunk)));
      request.on('end', () => response.end('good'));
    });
    const { gateway: port } = await mesh(`{ route: [{ ${destination} }], retries: { attempts: 1, retryOn: '503' } }`, [
      flaky.address,
      good.address,
    ]);
    const reply = await ask(port, '/', { method: 'POST', body: 'once', headers: { 'content-length': '4' } });
    expect([reply.status, reply.body, seen]).toEqual([200, 'good', ['once', 'once']]);
  });

  it('is not tried again when it says so, even if nothing listens', async () => {
    const gone = await startUpstream(() => undefined);
    await gone.stop();
    const good = await named('good');
    const { gateway: port } = await mesh(`{ route: [{ ${destination} }], retries: { attempts: 0 } }`, [
      gone.address,
      good.address,
    ]);
    const reply = await ask(port, '/');
    expect(reply).toMatchObject({
      status: 503,
      body: 'upstream connect error or disconnect/reset before headers. reset reason: connection failure',
    });
    expect((await ask(port, '/')).body).toBe('good GET /');
  });

  it('survives an upstream that hangs up, before and within its answer', async () => {
    const rude = await upstream((request, response) => {
      if (request.url === '/before') request.socket.destroy();
      else response.writeHead(200, { 'content-length': '100' }).write('part', () => request.socket.destroy());
    });
    const { gateway: port } = await mesh(`{ route: [{ ${destination} }] }`, [rude.address]);
    expect(await ask(port, '/before', { method: 'POST' })).toMatchObject({
      status: 503,
      body: expect.stringContaining('connection termination'),
    });
    await expect(ask(port, '/within')).rejects.toThrow('aborted');
  });

  it('ends the upstream request when the client goes away', async () => {
    const { promise: ended, resolve } = Promise.withResolvers<void>();
    const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
    const slow = await upstream((request, response) => {
      begin();
      response.once('close', () => resolve());
      request.resume();
    });
    const { gateway: port } = await mesh(`{ route: [{ ${destination} }] }`, [slow.address]);
    const { request } = await import('node:http');
    const asked = request({ port, path: '/' }).end();
    asked.on('error', () => undefined);
    await begun;
    asked.destroy();
    await ended;
  });

  it('ends an answer that goes on after its time', async () => {
    const endless = await upstream((_, response) => {
      response.writeHead(200).write('part');
    });
    const { gateway: port } = await mesh(`{ route: [{ ${destination} }], timeout: 50ms }`, [endless.address]);
    await expect(ask(port, '/')).rejects.toThrow('aborted');
  });

  it('lets requests finish that began before a reload', async () => {
    const held = Promise.withResolvers<() => void>();
    const slow = await upstream((_, response) => held.resolve(() => response.end('late')));
    const started = await mesh(`{ route: [{ ${destination} }] }`, [slow.address]);
    const reply = ask(started.gateway, '/');
    const finish = await held.promise;
    await writeFile(join(started.folder, 'local.yaml'), routes('{ directResponse: { status: 204 } }'));
    await started.server.load();
    expect((await ask(started.gateway, '/')).status).toBe(204);
    finish();
    expect((await reply).body).toBe('late');
  });

  it('gives each try its time', async () => {
    let count = 0;
    const slow = await upstream((request, response) => {
      count += 1;
      if (count > 1) response.end('second');
      request.resume();
    });
    const { gateway: port } = await mesh(
      `{ route: [{ ${destination} }], retries: { attempts: 1, perTryTimeout: 50ms, retryOn: reset } }`,
      [slow.address],
    );
    expect((await ask(port, '/')).body).toBe('second');
  });

  it('rewrites, and changes headers in both directions', async () => {
    const echo = await upstream((request, response) => response.end(JSON.stringify([request.url, request.headers])));
    const { gateway: port } = await mesh(
      `{ match: [{ uri: { prefix: /old/ } }], rewrite: { uri: /new/, authority: other.example }, route: [{ ${destination} }], headers: { request: { set: { x-a: set }, add: { x-b: more }, remove: [x-c] }, response: { remove: [x-powered-by] } } }`,
      [echo.address],
    );
    const reply = await ask(port, '/old/path?q=1', { headers: { 'x-a': 'mine', 'x-b': 'one', 'x-c': 'gone' } });
    expect(JSON.parse(reply.body)).toEqual([
      '/new/path?q=1',
      expect.objectContaining({ host: 'other.example', 'x-a': 'set', 'x-b': 'one, more' }),
    ]);
    expect(reply.body).not.toContain('x-c');
  });

  it('redirects', async () => {
    const { gateway: port } = await mesh(
      '{ redirect: { scheme: https, authority: ticketaka.example, redirectCode: 308 } }',
      [],
    );
    const reply = await ask(port, '/a?b=c');
    expect([reply.status, reply.headers.location]).toEqual([308, 'https://ticketaka.example/a?b=c']);
  });

  it('injects the faults that it is told to', async () => {
    const { gateway: port } = await mesh(
      `{ fault: { delay: { fixedDelay: 10ms }, abort: { httpStatus: 418 } }, route: [{ ${destination} }] }`,
      [],
    );
    expect(await ask(port, '/')).toMatchObject({ status: 418, body: 'fault filter abort' });
  });

  it('answers preflights of allowed origins, and marks answers for them', async () => {
    const a = await named('a');
    const { gateway: port } = await mesh(
      `{ route: [{ ${destination} }], corsPolicy: { allowOrigins: [{ exact: 'https://ok.example' }], allowMethods: [GET, POST], allowHeaders: [x-a], maxAge: 1h, allowCredentials: true, exposeHeaders: [etag] } }`,
      [a.address],
    );
    const preflight = (origin: string) =>
      ask(port, '/', { method: 'OPTIONS', headers: { origin, 'access-control-request-method': 'POST' } });
    const allowed = await preflight('https://ok.example');
    expect(allowed.status).toBe(200);
    expect(allowed.headers).toMatchObject({
      'access-control-allow-origin': 'https://ok.example',
      'access-control-allow-methods': 'GET,POST',
      'access-control-allow-headers': 'x-a',
      'access-control-max-age': '3600',
      'access-control-allow-credentials': 'true',
    });
    expect((await preflight('https://no.example')).body).toBe('a OPTIONS /');
    const actual = await ask(port, '/', { headers: { origin: 'https://ok.example' } });
    expect(actual.headers).toMatchObject({
      'access-control-allow-origin': 'https://ok.example',
      'access-control-expose-headers': 'etag',
    });
    const other = await ask(port, '/', { headers: { origin: 'https://no.example' } });
    expect(other.headers['access-control-allow-origin']).toBeUndefined();
  });

  it('is replaced by a reload, and stays when the new one is refused', async () => {
    const one = await mesh("{ directResponse: { status: 200, body: { string: 'one' } } }", []);
    const write = (http: string) => writeFile(join(one.folder, 'local.yaml'), routes(http));
    await write("{ directResponse: { status: 200, body: { string: 'two' } }, mirror: { host: a } }");
    expect(await one.server.load()).toBe(false);
    expect(one.server.describe()).toMatchObject({
      generation: 1,
      lastError: expect.stringContaining('mirror is not supported'),
    });
    expect((await ask(one.gateway, '/')).body).toBe('one');
    await write("{ directResponse: { status: 200, body: { string: 'two' } } }");
    expect(await one.server.load()).toBe(true);
    expect((await ask(one.gateway, '/')).body).toBe('two');
    expect(one.server.describe()).toMatchObject({ generation: 2, lastError: null });
  });

  it('must lead somewhere that is known', async () => {
    await expect(mesh('{ route: [{ destination: { host: nowhere } }] }', [])).rejects.toThrow(
      'destination nowhere.ticketaka.svc.cluster.local',
    );
    await expect(mesh('{ route: [{ destination: { host: auth-api, port: { number: 81 } } }] }', [])).rejects.toThrow(
      'no such port',
    );
    await expect(mesh('{ route: [{ destination: { host: auth-api, subset: blue } }] }', [])).rejects.toThrow(
      'blue is not known',
    );
    await expect(mesh("{ match: [{ uri: { regex: '(' } }], redirect: {} }", [])).rejects.toThrow('spec.http[0]');
  });
});

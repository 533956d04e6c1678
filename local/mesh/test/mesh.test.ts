import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ask, askRaw, runCaller, startMesh, startUpstream, type TestMesh } from './harness.ts';
import { createSigner, platform, type Signer } from './manifests.ts';

/** Tells what reached it. */
async function echo(request: IncomingMessage, response: ServerResponse) {
  const body = await text(request);
  response.setHeader('content-type', 'application/json');
  if (request.url?.startsWith('/open/hop')) {
    response.setHeader('connection', 'x-hop');
    response.setHeader('x-hop', 'only for the next hop');
  }
  response.end(JSON.stringify({ url: request.url, method: request.method, headers: request.headers, body }));
}

interface Seen {
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly body: string;
}
// The echo server wrote it.
const seen = (body: string) => JSON.parse(body) as Seen;

type Stop = () => Promise<void>;

const viaProxy = (mesh: TestMesh, name: string, target: string) =>
  ask(mesh.outbound(name), target, { headers: { host: new URL(target).host } });

describe('mesh', () => {
  let signer: Signer;
  let mesh: TestMesh;
  const stops: Stop[] = [];
  const streamEnded = Promise.withResolvers<void>();

  beforeAll(async () => {
    signer = await createSigner();
    const auth = await startUpstream((request, response) => {
      if (request.url === '/stream') {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.write('data: first\n\n');
        response.once('close', () => streamEnded.resolve());
      } else if (request.url === '/open/slow') {
        request.once('close', () => response.end());
      } else if (request.url === '/open/early') {
        response.writeHead(413).end();
        request.resume();
      } else void echo(request, response);
    });
    const partner = await startUpstream((request, response) => void echo(request, response));
    mesh = await startMesh(platform(signer.jwks, partner.port), {
      'auth-api': { addresses: [auth.address], outboundPort: 0 },
      'members-api': { addresses: [], outboundPort: 0 },
      'mail-worker': { addresses: [], outboundPort: 0 },
    });
    stops.push(() => mesh.stop(), auth.stop, partner.stop);
  });
  afterAll(async () => {
    for (const stop of stops) await stop();
  });
  const bearer = async (...args: Parameters<Signer['sign']>) => ({
    authorization: `Bearer ${await signer.sign(...args)}`,
  });

  describe('at the gateway', () => {
    it('forwards a declared route, and says itself who asks', async () => {
      const reply = await ask(mesh.gateway, '/open/hop?q=1', {
        headers: {
          'x-forwarded-for': '6.6.6.6',
          'x-forwarded-client-cert': 'URI=spiffe://cluster.local/ns/ticketaka/sa/members-api',
          'x-user-id': 'someone-else',
          'x-envoy-original-path': '/x',
          traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
        },
      });
      expect(reply.status).toBe(200);
      const { url, headers } = seen(reply.body);
      expect(url).toBe('/open/hop?q=1');
      expect(headers).toMatchObject({
        host: `127.0.0.1:${mesh.gateway}`,
        'x-forwarded-for': '127.0.0.1',
        'x-forwarded-proto': 'http',
        'x-envoy-external-address': '127.0.0.1',
        'x-request-id': expect.stringMatching(/^[0-9a-f-]{36}$/),
        'x-forwarded-client-cert':
          'By=spiffe://cluster.local/ns/ticketaka/sa/auth-api;URI=spiffe://cluster.local/ns/istio-ingress/sa/istio-ingressgateway',
        traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
      });
      expect(headers['x-user-id']).toBeUndefined();
      expect(headers['x-envoy-original-path']).toBeUndefined();
      expect(reply.headers['x-edge']).toBe('yes');
      expect(reply.headers['x-hop']).toBeUndefined();
    });

    it('passes bodies on as they are framed', async () => {
      const sized = await ask(mesh.gateway, '/open/a', {
        method: 'POST',
        body: '{"a":1}',
        headers: { 'content-length': '7' },
      });
      expect(seen(sized.body)).toMatchObject({ body: '{"a":1}', headers: { 'content-length': '7' } });
      const chunked = await ask(mesh.gateway, '/open/a', {
        method: 'POST',
        body: 'abc',
        headers: { 'transfer-encoding': 'chunked' },
      });
      expect(seen(chunked.body)).toMatchObject({ body: 'abc', headers: { 'transfer-encoding': 'chunked' } });
      const chunkedGet = await ask(mesh.gateway, '/open/a', {
        body: 'abc',
        headers: { 'transfer-encoding': 'chunked' },
      });
      expect(seen(chunkedGet.body)).toMatchObject({ body: 'abc', headers: { 'transfer-encoding': 'chunked' } });
      expect(seen((await ask(mesh.gateway, '/open/a', { method: 'POST' })).body).body).toBe('');
    });

    it('goes on with the next request after an answer that came before the end of the body', async () => {
      const size = 20_000_000;
      const head = `POST /open/early HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${size}\r\n\r\n`;
      const next = 'GET /open/next HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n';
      const answers = await askRaw(mesh.gateway, head + ' '.repeat(size) + next);
      expect(answers.match(/(?<=^HTTP\/1.1 )\d+/gm)).toEqual(['413', '200']);
    });

    it('answers a protected route without a token by the direct response', async () => {
      const reply = await ask(mesh.gateway, '/private');
      expect(reply).toMatchObject({ status: 401, body: '{"status":401}' });
      expect(reply.headers).toMatchObject({ 'content-type': 'application/problem+json', 'www-authenticate': 'Bearer' });
      expect((await ask(mesh.gateway, '/private', { headers: { authorization: 'Basic abc' } })).status).toBe(401);
    });

    it('forwards it with a good one, token and all', async () => {
      const headers = await bearer();
      const reply = await ask(mesh.gateway, '/private', { headers });
      expect(reply.status).toBe(200);
      expect(seen(reply.body).headers['authorization']).toBe(headers.authorization);
    });

    it('answers a bad token with 401 in the words of Envoy, on public routes too', async () => {
      const other = await createSigner();
      const past = Math.floor(Date.now() / 1000) - 61;
      const cases: [token: string, body: string][] = [
        ['nonsense', 'Jwt is not in the form of Header.Payload.Signature with two dots and 3 sections'],
        [await signer.sign({}, { expires: past }), 'Jwt is expired'],
        [await signer.sign({}, { issuer: 'other' }), 'Jwt issuer is not configured'],
        [await signer.sign({}, { kid: 'unknown' }), "Jwks doesn't have key to match kid or alg from Jwt"],
        [await other.sign(), 'Jwt verification fails'],
      ];
      for (const [token, body] of cases) {
        for (const path of ['/private', '/open/a']) {
          const reply = await ask(mesh.gateway, path, { headers: { authorization: `Bearer ${token}` } });
          expect(reply).toMatchObject({ status: 401, body });
          expect(reply.headers['www-authenticate']).toBe(
            `Bearer realm="http://127.0.0.1:${mesh.gateway}${path}", error="invalid_token"`,
          );
        }
      }
    });

    it('answers a token for somebody else with 403, as Envoy does', async () => {
      const authorization = `Bearer ${await signer.sign({}, { audience: 'other' })}`;
      const reply = await ask(mesh.gateway, '/private', { headers: { authorization } });
      expect(reply).toMatchObject({ status: 403, body: 'Audiences in Jwt are not allowed' });
    });

    it('refuses a request of which only one of two tokens is good', async () => {
      const good = await signer.sign();
      for (const tokens of [
        [good, 'nonsense'],
        ['nonsense', good],
      ]) {
        const reply = await ask(mesh.gateway, '/open/a', {
          headers: { authorization: tokens.map((token) => `Bearer ${token}`) },
        });
        expect(reply.status).toBe(401);
      }
    });

    it('answers a good token without the role with 403, with it with 200', async () => {
      const without = await ask(mesh.gateway, '/admin', { headers: await bearer({ roles: ['staff'] }) });
      expect(without).toMatchObject({ status: 403, body: 'RBAC: access denied' });
      expect((await ask(mesh.gateway, '/admin', { headers: await bearer({ roles: ['staff', 'admin'] }) })).status).toBe(
        200,
      );
    });

    it('answers 403 for what no policy allows and 404 for what is allowed and has no route', async () => {
      expect((await ask(mesh.gateway, '/internal/x')).status).toBe(403);
      expect((await ask(mesh.gateway, '/missing')).status).toBe(404);
    });

    it.each([
      ['//private', 401],
      ['/./private', 401],
      ['/x/../private', 401],
      ['/%70rivate', 401],
      ['/open\\..\\private', 401],
      ['/%2Fprivate', 401],
      ['/private/', 403],
      ['/PRIVATE', 403],
      ['/private;x', 403],
      ['/open/..%2fprivate', 401],
      ['/open/%2e%2e/internal/x', 403],
      ['/open/..;/internal/x', 200],
      ['/open/%00', 400],
      ['/open/%', 400],
      ['/open/a#b', 400],
    ])('treats %s as what it means', async (path, status) => {
      const reply = await askRaw(mesh.gateway, `GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`);
      expect(reply.split(' ')[1]).toBe(String(status));
    });

    it('forwards the normalised path, not the one that was written', async () => {
      const reply = await ask(mesh.gateway, '/open/a/%2e%2E//b%2Fc;v=1?x=%2F..');
      expect(seen(reply.body).url).toBe('/open/b/c;v=1?x=%2F..');
    });

    it.each([
      ['two lengths', 'POST /open/a HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab'],
      [
        'length and chunks',
        'POST /open/a HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      ],
      [
        'an unknown coding',
        'POST /open/a HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTransfer-Encoding: xchunked\r\n\r\n',
      ],
      ['two hosts', 'GET /open/a HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n\r\n'],
      ['no host', 'GET /open/a HTTP/1.1\r\nConnection: close\r\n\r\n'],
      ['a user in the authority', 'GET http://u@a/open/a HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n'],
    ])('answers 400 to %s', async (_, bytes) => {
      expect((await askRaw(mesh.gateway, bytes)).slice(0, 12)).toBe('HTTP/1.1 400');
    });

    it('refuses a websocket clearly', async () => {
      const reply = await askRaw(
        mesh.gateway,
        'GET /open/a HTTP/1.1\r\nHost: a\r\nConnection: upgrade, close\r\nUpgrade: websocket\r\n\r\n',
      );
      expect(reply).toMatch(/^HTTP\/1\.1 501 .*upgrades are not carried/s);
    });

    it('ends what takes longer than the route allows', async () => {
      const reply = await ask(mesh.gateway, '/open/slow');
      expect(reply).toMatchObject({ status: 504, body: 'upstream request timeout' });
    });

    it('logs each request without query and addresses', async () => {
      await ask(mesh.gateway, '/open/a?secret=1');
      mesh.server.describe();
      const lines = mesh.lines.join('').trim().split('\n');
      expect(lines.at(-1)).toContain('"path":"/open/a"');
      expect(lines.join('')).not.toMatch(/secret|127\.0\.0\.1/);
    });
  });

  describe('between workloads', () => {
    it('carries fetch and http.request of a process that knows nothing of it', async () => {
      const code = `
        import http from 'node:http';
        const fetched = await (await fetch('http://auth-api/internal/a', { method: 'POST', body: 'b', headers: { 'x-forwarded-client-cert': 'lie' } })).json();
        const [response] = await new Promise((resolve, reject) => http.get('http://auth-api.ticketaka/internal/b', (r) => resolve([r])).on('error', reject));
        let body = ''; for await (const chunk of response) body += chunk;
        const refused = await fetch('http://unknown.example/').then((r) => r.status, (e) => e.cause?.message ?? e.message);
        const forbidden = (await fetch('http://auth-api/other')).status;
        console.log(JSON.stringify({ fetched, requested: JSON.parse(body), refused, forbidden }));`;
      const result = JSON.parse(await runCaller(code, mesh.outbound('members-api')));
      expect(result.fetched).toMatchObject({
        url: '/internal/a',
        method: 'POST',
        body: 'b',
        headers: { host: 'auth-api' },
      });
      expect(result.fetched.headers['x-forwarded-client-cert']).toBe(
        'By=spiffe://cluster.local/ns/ticketaka/sa/auth-api;URI=spiffe://cluster.local/ns/ticketaka/sa/members-api',
      );
      expect(result.requested).toMatchObject({ url: '/internal/b', headers: { host: 'auth-api.ticketaka' } });
      expect(result.refused).toBe(502);
      expect(result.forbidden).toBe(403);
    });

    it.each([
      'auth-api',
      'auth-api.ticketaka',
      'auth-api.ticketaka.svc',
      'auth-api.ticketaka.svc.cluster.local',
      'AUTH-API:80',
    ])('knows the callee as %s', async (host) => {
      expect((await viaProxy(mesh, 'members-api', `http://${host}/internal/x`)).status).toBe(200);
    });

    it('refuses by policy a caller that is known but not allowed', async () => {
      expect(await viaProxy(mesh, 'mail-worker', 'http://auth-api/internal/x')).toMatchObject({
        status: 403,
        body: 'RBAC: access denied',
      });
    });

    it.each([
      'http://unknown/',
      'http://members-api/',
      'http://auth-api:8080/',
      'http://127.0.0.1/',
      'http://partner.example:81/',
      'http://partner.example:9000/',
    ])('refuses %s, which is not declared', async (target) => {
      const reply = await viaProxy(mesh, 'members-api', target);
      expect(reply.status).toBe(502);
      expect(reply.headers['x-mesh-refused']).toBe('host is not in the registry');
    });

    it('forwards to an external host that is declared, over HTTP and through a tunnel', async () => {
      expect((await viaProxy(mesh, 'members-api', 'http://partner.example/x')).status).toBe(200);
      const tunnelled = await askRaw(
        mesh.outbound('members-api'),
        'CONNECT partner.example:9000 HTTP/1.1\r\nHost: partner.example:9000\r\n\r\nGET /t HTTP/1.1\r\nHost: p\r\nConnection: close\r\n\r\n',
      );
      expect(tunnelled).toMatch(/^HTTP\/1\.1 200 Connection Established\r\n\r\nHTTP\/1\.1 200 OK/);
    });

    it('refuses a tunnel to a host that is not', async () => {
      const reply = await askRaw(
        mesh.outbound('members-api'),
        'CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example:443\r\n\r\n',
      );
      expect(reply).toMatch(/^HTTP\/1\.1 502/);
    });

    it('lets events flow as they come, and ends them with the client', async () => {
      const controller = new AbortController();
      const { request } = await import('node:http');
      const response = await new Promise<IncomingMessage>((resolve, reject) => {
        const outgoing = request(
          {
            port: mesh.outbound('members-api'),
            path: 'http://auth-api/stream',
            headers: { host: 'auth-api' },
            signal: controller.signal,
          },
          resolve,
        );
        outgoing.on('error', reject);
        outgoing.end();
      });
      const { value } = await response.iterator({ destroyOnReturn: false })[Symbol.asyncIterator]().next();
      expect(String(value)).toBe('data: first\n\n');
      response.on('error', () => undefined);
      controller.abort();
      await streamEnded.promise;
    });

    it('answers 503 when nothing runs', async () => {
      const reply = await viaProxy(mesh, 'auth-api', 'http://members-api/x');
      expect(reply).toMatchObject({ status: 503, body: 'no healthy upstream' });
    });
  });
});

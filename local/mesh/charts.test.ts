/** The manifests that are shipped, through this mesh: what the declarations say of a route is what happens. */

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { render } from '@ticketaka/charts/render';
import { services } from '@ticketaka/charts/services';
import { type Route, workloadName, workloadOf } from '@ticketaka/platform/contract';
import * as fc from 'fast-check';
import { ask, askRaw, startMesh, startUpstream, type TestMesh } from './test/harness.ts';
import { createSigner, type Signer } from './test/manifests.ts';

const workloads = services.flatMap((service) =>
  Object.keys(service.workloads).map((workload) => workloadName(service.name, workload)),
);
const routes = services.flatMap((service) =>
  Object.values(service.api?.routes ?? {}).map((route: Route) => ({
    route,
    name: `${route.method} ${route.fullPath} (${route.access.level})`,
    workload: workloadName(service.name, workloadOf(service, route)),
    callers: services.filter((caller) => caller.calls.includes(route)),
  })),
);
const calleesOf = (caller: string) =>
  routes
    .filter((other) => other.callers.some(({ name }) => caller.startsWith(`${name}-`)))
    .map((other) => other.workload);
const pathOf = (route: Route) => route.fullPath.replaceAll(/\{[^}]+\}/g, '018f3c5e-7a00-7000-8000-000000000000');

/** As a strict, case-sensitive router that decodes each segment once reads a path. */
const isPathOf = (route: Route, path: string) => {
  const wanted = route.fullPath.split('/');
  const given = path.split('/').map((segment) => decodeURIComponent(segment));
  if (given.some((segment) => segment === '.' || segment === '..' || /[/\\]/.test(segment))) return false;
  const rest = wanted.at(-1)?.endsWith('*}') === true;
  if (rest ? given.length < wanted.length : given.length !== wanted.length) return false;
  return wanted.every((segment, index) => (segment.startsWith('{') ? given[index] !== '' : segment === given[index]));
};

const requestLines = async (port: number, start: string, headers: Readonly<Record<string, string>>) => {
  const lines = Object.entries({ host: 'localhost', connection: 'close', ...headers }).map(
    ([name, value]) => `${name}: ${value}`,
  );
  return (await askRaw(port, `${start} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`)).split('\r\n');
};

/** What a request gets of the mesh, or 299 from the workload. */
const reached = 299;

describe('the manifests of the environment local', () => {
  let signer: Signer;
  let mesh: TestMesh;
  const stops: (() => Promise<void>)[] = [];

  beforeAll(async () => {
    signer = await createSigner();
    const upstream = await startUpstream((request, response) => {
      request.resume();
      response.writeHead(reached, { 'x-url': request.url ?? '' }).end();
    });
    const { files } = render({ environment: 'local', jwks: JSON.parse(signer.jwks) });
    const manifests = files.map(({ yaml }) => yaml).join('\n---\n');
    const endpoints = workloads.map((name) => [name, { addresses: [upstream.address], outboundPort: 0 }]);
    mesh = await startMesh(manifests, Object.fromEntries(endpoints));
    stops.push(() => mesh.stop(), upstream.stop);
  });
  afterAll(async () => {
    for (const stop of stops) await stop();
  });

  const statusAtGateway = async (route: Route, roles?: readonly string[]) => {
    const headers = roles && { authorization: `Bearer ${await signer.sign({ roles })}` };
    const reply = await ask(mesh.gateway, pathOf(route), { method: route.method, ...(headers && { headers }) });
    return reply.status;
  };

  it.each(routes)('$name from outside', async ({ route }) => {
    const { access } = route;
    const statuses = {
      nobody: await statusAtGateway(route),
      member: await statusAtGateway(route, []),
      ...(access.level === 'role' && { holder: await statusAtGateway(route, [access.roles[0]]) }),
    };
    const expected = {
      public: { nobody: reached, member: reached },
      partner: { nobody: reached, member: reached },
      member: { nobody: 401, member: reached },
      role: { nobody: 401, member: 403, holder: reached },
      internal: { nobody: 403, member: 403 },
    };
    expect(statuses).toEqual(expected[access.level]);
  });

  it('is never reached by a trick of the path that its plain path would not reach', async () => {
    const declared = fc.constantFrom(...routes.map(({ route }) => pathOf(route)));
    const trick = fc.constantFrom(
      '/',
      '//',
      '/./',
      '/x/../',
      '%2f',
      '%2F',
      '%5c',
      '\\',
      ';x',
      '%3bx',
      '/.',
      '/..',
      '%2e',
      '%00',
      '%',
      '?',
      '#',
      'A',
    );
    const tricked = fc
      .tuple(declared, trick, fc.double({ min: 0, max: 1, noNaN: true }))
      .map(([path, inserted, where]) => {
        const at = Math.floor(where * path.length);
        return `/${(path.slice(0, at) + inserted + path.slice(at)).replace(/^\//, '')}`;
      });
    const roles = { authorization: `Bearer ${await signer.sign({ roles: ['organizer', 'staff', 'admin'] })}` };
    await fc.assert(
      fc.asyncProperty(
        tricked,
        fc.constantFrom('GET', 'POST', 'PATCH', 'DELETE'),
        fc.constantFrom({}, roles),
        async (path, method, headers) => {
          const [line = '', ...rest] = await requestLines(mesh.gateway, `${method} ${path}`, headers);
          const status = Number(line.split(' ')[1]);
          if (status !== reached) return;
          const url = rest.find((header) => header.startsWith('x-url: '))?.slice('x-url: '.length) ?? '';
          const seen = new URL(`http://a${url}`).pathname;
          expect(`http://a${url}`.startsWith(`http://a${seen}`)).toBe(true);
          expect((await ask(mesh.gateway, url, { method, headers })).headers['x-url']).toBe(url);
          expect(routes.some(({ route }) => isPathOf(route, seen))).toBe(true);
        },
      ),
      { numRuns: 400 },
    );
  });

  it.each(routes)('$name from each workload', async ({ route, workload, callers }) => {
    const names = new Set(
      callers.flatMap((service) => Object.keys(service.workloads).map((name) => workloadName(service.name, name))),
    );
    for (const caller of workloads.filter((name) => name !== workload)) {
      const reply = await ask(mesh.outbound(caller), `http://${workload}${pathOf(route)}`, {
        method: route.method,
        headers: {
          host: workload,
          authorization: `Bearer ${await signer.sign({ roles: ['organizer', 'staff', 'admin'] })}`,
        },
      });
      // A workload that calls none of the callee's routes does not even know it.
      const refused = calleesOf(caller).includes(workload) ? 403 : 502;
      expect([caller, reply.status]).toEqual([caller, names.has(caller) ? reached : refused]);
    }
  });
});

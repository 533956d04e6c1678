import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { fixtureCluster } from '../../test/cluster.ts';
import { fixtureWorkload } from '../../test/fixtures.ts';
import { smokeJob, smokePathsOf } from './canary-smoke.ts';

const workload = fixtureWorkload('shows-catalogue');
const pod = smokeJob(workload, fixtureCluster).template.spec;
const [container] = pod?.containers ?? [];

let status = 200;
const seen: { url: string | undefined; headers: IncomingHttpHeaders }[] = [];
const gateway = createServer((request, response) => {
  seen.push({ url: request.url, headers: request.headers });
  response.writeHead(status).end('answer');
});

beforeAll(async () => {
  await once(gateway.listen(0, '127.0.0.1'), 'listening');
});
afterAll(() => {
  gateway.close();
});

/** Runs what the Job runs, against the gateway of this test. */
function check(): Promise<{ code: number; stderr: string }> {
  // It listens on an address, not on a pipe.
  const { port } = gateway.address() as AddressInfo;
  const settings = { ...JSON.parse(container?.env?.[0]?.value ?? '{}'), gateway: `http://127.0.0.1:${port}` };
  const [, ...args] = container?.command ?? [];
  return new Promise((resolve) => {
    const child = execFile(process.execPath, args, { env: { SMOKE: JSON.stringify(settings) } }, (_, __, stderr) =>
      resolve({ code: child.exitCode ?? -1, stderr }),
    );
  });
}

describe('the check of a canary', () => {
  it('is for the paths that anybody may get and that need nothing filled in', () => {
    expect(smokePathsOf(workload)).toContain('/api/shows');
    expect(smokePathsOf(workload).join()).not.toContain('{');
    expect(smokePathsOf(fixtureWorkload('shows-editor'))).toEqual([]);
  });

  it('asks as a tester does, from outside, for the canary', async () => {
    status = 200;
    seen.length = 0;
    expect(await check()).toEqual({ code: 0, stderr: '' });
    expect(seen).toHaveLength(smokePathsOf(workload).length * 20);
    for (const { headers } of seen) {
      expect(headers).toMatchObject({ host: 'tickets.example', 'x-ticketaka-preview': 'canary' });
    }
  });

  it.each([500, 503, 404, 401, 301])('fails when the answer is %i', async (answer) => {
    status = answer;
    expect(await check()).toMatchObject({ code: 1, stderr: expect.stringContaining(String(answer)) });
  });

  it('passes when a query is missing, which the service says itself', async () => {
    status = 422;
    expect(await check()).toMatchObject({ code: 0 });
  });

  it('has no identity of the mesh, and no rights', () => {
    expect(smokeJob(workload, fixtureCluster).template.metadata?.labels).toMatchObject({
      'sidecar.istio.io/inject': 'false',
    });
    expect(pod).toMatchObject({ automountServiceAccountToken: false, serviceAccountName: 'canary-smoke' });
  });
});

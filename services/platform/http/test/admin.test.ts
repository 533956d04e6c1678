import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Health } from '../../lifecycle/index.ts';
import { createMetrics } from '../../metrics/index.ts';
import { adminApp, createServer, type Listening, listen } from '../index.ts';

describe('adminApp', () => {
  const health = new Health();
  const metrics = createMetrics({ service: 'auth', workload: 'api', ofProcess: false });
  let server: Listening;
  beforeAll(async () => {
    metrics.counter('logins_total', 'Logins').inc(3);
    server = await listen(createServer(adminApp({ health, metrics })), 0, '127.0.0.1');
  });
  afterAll(() => server.close({ deadlineMs: 0 }));

  it('is alive while its event loop turns', async () => {
    expect((await fetch(`${server.url}/livez`)).status).toBe(200);
  });

  it('is ready while its parts are up, and names each', async () => {
    health.set('mariadb', 'up');
    const answer = await fetch(`${server.url}/readyz`);
    expect([answer.status, await answer.json()]).toMatchObject([
      200,
      { ready: true, parts: { mariadb: { state: 'up' } } },
    ]);
  });

  it('is not ready while a part is down, and says which', async () => {
    health.set('redis', 'down', 'connection lost');
    const answer = await fetch(`${server.url}/readyz`);
    expect([answer.status, await answer.json()]).toMatchObject([
      503,
      { ready: false, parts: { redis: { state: 'down', why: 'connection lost' } } },
    ]);
  });

  it('gives its metrics as Prometheus reads them', async () => {
    const answer = await fetch(`${server.url}/metrics`);
    expect(answer.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
    expect(await answer.text()).toContain('ticketaka_logins_total{service="auth",workload="api"} 3');
  });

  it('knows nothing else', async () => {
    expect((await fetch(`${server.url}/`)).status).toBe(404);
  });
});

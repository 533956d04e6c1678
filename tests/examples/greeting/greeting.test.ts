import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { render } from '@ticketaka/charts/render';
import { fixtureJwks } from '@ticketaka/charts/test/fixtures';
import { InvalidToken } from '@ticketaka/platform/auth';
import { defineService } from '@ticketaka/platform/contract';
import { createApp, createServer, type Listening, listen } from '@ticketaka/platform/http';
import { createLogger } from '@ticketaka/platform/log';
import { createMetrics } from '@ticketaka/platform/metrics';
import { openApiDocument } from '@ticketaka/platform/openapi';
import { api } from './api.ts';
import { handlers } from './handlers.ts';

const memberId = '0193e3a0-0000-7000-8000-000000000001';
const identity = { service: 'greeting', workload: 'api' };

describe('the example of the README', () => {
  let server: Listening;
  beforeAll(async () => {
    const verifier = {
      async verify(token: string) {
        if (token !== 'good') throw new InvalidToken('not good');
        return { memberId, roles: [], tokenId: 'j', expiresAt: Number.POSITIVE_INFINITY };
      },
    };
    const log = createLogger({ ...identity, level: 'silent' });
    const metrics = createMetrics({ ...identity, ofProcess: false });
    const app = createApp({ api, handlers, verifier, log, metrics, checkResponses: 'throw' });
    server = await listen(createServer(app), 0, '127.0.0.1');
  });
  afterAll(() => server.close());

  const greet = (name: string, token?: string) =>
    fetch(`${server.url}/api/greetings/${name}`, token ? { headers: { authorization: `Bearer ${token}` } } : {});

  it('is word for word what runs here', async () => {
    const readme = await readFile(join(import.meta.dirname, '../../../README.md'), 'utf8');
    for (const file of ['api.ts', 'handlers.ts']) {
      const code = await readFile(join(import.meta.dirname, file), 'utf8');
      expect(readme).toContain(code.trim());
    }
  });

  it('answers a member, and nobody else', async () => {
    const answer = await greet('Minji', 'good');
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual({ text: `Minji, member ${memberId} says hello` });
    expect((await greet('Minji')).status).toBe(401);
    expect((await greet('Minji', 'bad')).status).toBe(401);
  });

  it('answers what is wrong with a problem', async () => {
    expect(await (await greet('nobody', 'good')).json()).toMatchObject({ status: 404, code: 'nobody_there' });
    expect(await (await greet('a'.repeat(21), 'good')).json()).toMatchObject({ status: 400, code: 'invalid_request' });
  });

  it('is in the documentation and in the policies without another line', () => {
    expect(openApiDocument(api)).toMatchObject({
      paths: { '/api/greetings/{name}': { get: { summary: api.routes.greet.summary } } },
    });
    const workloads = { api: { kind: 'http', scale: { min: 1, max: 2 } } } as const;
    const service = defineService({ name: 'greeting', summary: 'Says hello', api, workloads });
    const { files } = render({ environment: 'prod', jwks: fixtureJwks, services: [service] });
    const policies = files.find(({ name }) => name.includes('authorization-policy'))?.yaml;
    expect(policies).toContain('/api/greetings/{*}');
  });
});

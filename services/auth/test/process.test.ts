import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { createKeySet, generateKey, writeJwks, writeKeySet } from '@ticketaka/platform/keys';
import { createTestBroker, createTestDatabase, createTestRedis, waitFor } from '@ticketaka/platform/testing';
import { service } from '../service.ts';

const main = fileURLToPath(new URL('../main.api.ts', import.meta.url));

function start(env: Record<string, string>) {
  const child: ChildProcess = spawn(process.execPath, [main], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (output += String(chunk)));
  return { child, exited: once(child, 'exit'), output: () => output };
}

describe('the process', () => {
  it('starts from its environment, is ready, and stops when it is told to', async () => {
    await using database = await createTestDatabase(service);
    await using redis = await createTestRedis(service);
    await using broker = await createTestBroker([service]);
    const directory = await mkdtemp(join(tmpdir(), 'auth-process-'));
    const [KEYS_FILE, JWKS_FILE] = [join(directory, 'keyset.json'), join(directory, 'jwks.json')];
    const keys = createKeySet(await generateKey(), new Date());
    await Promise.all([writeKeySet(KEYS_FILE, keys), writeJwks(JWKS_FILE, keys)]);
    const tokens = { KEYS_FILE, JWKS_FILE, JWT_ISSUER: 'ticketaka', JWT_AUDIENCE: 'ticketaka' };
    const ports = { HOST: '127.0.0.1', PORT: '0', ADMIN_PORT: '0' };
    const servers = { MARIADB_URL: database.url, REDIS_URL: redis.url, AMQP_URL: broker.url(service.name) };
    const auth = start({ ...tokens, ...ports, ...servers });
    try {
      await waitFor(() => auth.output().includes('"msg":"started"'), { timeoutMs: 20_000, what: 'auth to start' });
      const adminPort = /"adminPort":(\d+)/.exec(auth.output())?.[1];
      expect((await fetch(`http://127.0.0.1:${adminPort}/readyz`)).status).toBe(200);
      const port = /"port":(\d+),"msg":"listening"/.exec(auth.output())?.[1];
      expect((await fetch(`http://127.0.0.1:${port}/.well-known/jwks.json`)).status).toBe(200);
      auth.child.kill('SIGTERM');
      expect(await auth.exited).toEqual([0, null]);
    } finally {
      auth.child.kill('SIGKILL');
      await rm(directory, { recursive: true });
    }
  }, 60_000);

  it('names what is missing in one line, and does not start', async () => {
    const auth = start({ PORT: '0', ADMIN_PORT: '0' });
    expect(await auth.exited).toEqual([78, null]);
    expect(auth.output().trimEnd().split('\n')).toHaveLength(1);
    expect(auth.output()).toContain('KEYS_FILE is not set');
  });
});

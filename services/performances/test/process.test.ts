import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { createKeySet, generateKey, writeJwks } from '@ticketaka/platform/keys';
import { createTestBroker, createTestDatabase, waitFor } from '@ticketaka/platform/testing';
import { service } from '../service.ts';

const main = fileURLToPath(new URL('../main.api.ts', import.meta.url));

describe('the process', () => {
  it('starts from its environment, is ready, and stops when it is told to', async () => {
    await using database = await createTestDatabase(service);
    await using broker = await createTestBroker([service]);
    const directory = await mkdtemp(join(tmpdir(), 'performances-process-'));
    const JWKS_FILE = join(directory, 'jwks.json');
    await writeJwks(JWKS_FILE, createKeySet(await generateKey(), new Date()));
    const env = {
      HOST: '127.0.0.1',
      PORT: '0',
      ADMIN_PORT: '0',
      JWKS_FILE,
      JWT_ISSUER: 'ticketaka',
      JWT_AUDIENCE: 'ticketaka',
      MARIADB_URL: database.url,
      AMQP_URL: broker.url(service.name),
      FILE_STORE_URL: pathToFileURL(join(directory, 'files')).href,
    };
    const child: ChildProcess = spawn(process.execPath, [main], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (output += String(chunk)));
    const exited = once(child, 'exit');
    try {
      await waitFor(() => output.includes('"msg":"started"'), { timeoutMs: 20_000, what: 'performances to start' });
      const adminPort = /"adminPort":(\d+)/.exec(output)?.[1];
      expect((await fetch(`http://127.0.0.1:${adminPort}/readyz`)).status).toBe(200);
      const port = /"port":(\d+),"msg":"listening"/.exec(output)?.[1];
      const origin = `http://127.0.0.1:${port}/api/performances`;
      expect((await fetch(`${origin}/manage/venues`)).status).toBe(401);
      // The list is the catalogue's to answer.
      expect((await fetch(origin)).status).toBe(404);
      expect((await fetch(`${origin}/openapi.json`)).status).toBe(200);
      child.kill('SIGTERM');
      expect(await exited).toEqual([0, null]);
    } finally {
      child.kill('SIGKILL');
      await rm(directory, { recursive: true });
    }
  }, 60_000);
});

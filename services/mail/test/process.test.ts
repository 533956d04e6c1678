import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { openBroker } from '@ticketaka/platform/broker';
import { createLogger } from '@ticketaka/platform/log';
import { createTestBroker, createTestDatabase, waitFor } from '@ticketaka/platform/testing';
import { emailAuth } from '../api.ts';
import { service } from '../service.ts';
import { asker, codeFor, someone } from './mail-fixture.ts';
import { TestSmtpServer } from './smtp-server.ts';

const log = createLogger({ service: 'asker', workload: 'test', level: 'silent' });

function run(environment: Record<string, string>) {
  const main = new URL('../main.worker.ts', import.meta.url).pathname;
  return spawn(process.execPath, [main], {
    env: { PATH: process.env['PATH'], ...environment },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address ? address.port : 0;
}

describe('the worker process', () => {
  it('sends, tells that it is ready, and ends cleanly when it is told to', async () => {
    await using database = await createTestDatabase(service);
    await using rabbit = await createTestBroker([service, asker]);
    const smtp = new TestSmtpServer();
    await smtp.start();
    const adminPort = await freePort();
    const child = run({
      ADMIN_PORT: String(adminPort),
      HOST: '127.0.0.1',
      MARIADB_URL: database.url,
      AMQP_URL: rabbit.url(service),
      SMTP_URL: smtp.url,
      MAIL_FROM: 'Ticketaka <no-reply@ticketaka.example>',
      LOG_LEVEL: 'warn',
    });
    const ended = once(child, 'exit');
    try {
      await waitFor(async () => (await fetch(`http://127.0.0.1:${adminPort}/readyz`)).ok, { timeoutMs: 20_000 });
      const broker = await openBroker({ url: rabbit.url(asker), service: 'asker', log });
      const address = someone();
      await broker.publish(emailAuth, codeFor(address));
      await waitFor(() => smtp.to(address).length === 1);
      await broker.close();
      child.kill('SIGTERM');
      expect(await ended).toEqual([0, null]);
    } finally {
      child.kill('SIGKILL');
      await smtp.stop();
    }
  }, 60_000);

  it('names the variable that is missing, and does not start', async () => {
    const child = run({ ADMIN_PORT: '0' });
    let output = '';
    child.stderr.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
    const [code] = (await once(child, 'exit')) as [number];
    expect(code).toBe(78);
    expect(output).toMatch(/^mail-worker: Configuration: .*SMTP_URL is not set/);
  });
});

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Broker, openBroker } from '@ticketaka/platform/broker';
import { createLogger } from '@ticketaka/platform/log';
import {
  createTestBroker,
  createTestDatabase,
  type TestBroker,
  type TestDatabase,
  waitFor,
} from '@ticketaka/platform/testing';
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

let database: TestDatabase;
let rabbit: TestBroker;
let publisher: Broker;
const smtp = new TestSmtpServer();

beforeAll(async () => {
  [database, rabbit] = await Promise.all([createTestDatabase(service), createTestBroker([service, asker])]);
  publisher = await openBroker({ url: rabbit.url(asker), service: 'asker', log });
  await smtp.start();
}, 60_000);
afterAll(async () => {
  await smtp.stop();
  await publisher.close();
  await rabbit[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});

/** Starts the worker, and waits until it says that it is ready. */
async function startWorker() {
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
  await waitFor(async () => (await fetch(`http://127.0.0.1:${adminPort}/readyz`)).ok, { timeoutMs: 30_000 });
  return {
    async stop(signal: NodeJS.Signals) {
      child.kill(signal);
      return await ended;
    },
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

describe('the worker process', () => {
  it('sends, and ends cleanly when it is told to', async () => {
    await using worker = await startWorker();
    const address = someone();
    await publisher.publish(emailAuth, codeFor(address));
    await waitFor(() => smtp.to(address).length === 1);
    expect(await worker.stop('SIGTERM')).toEqual([0, null]);
  }, 60_000);

  it('leaves an e-mail that it was sending when it was killed to the next one, once its lease ends', async () => {
    const address = someone();
    smtp.script.set(address, ['hang']);
    await using first = await startWorker();
    await publisher.publish(emailAuth, codeFor(address));
    await waitFor(() => smtp.script.get(address)?.length === 0);
    await first.stop('SIGKILL');
    const live = "SELECT id, attempts FROM email_auth WHERE state = 'in_flight'";
    expect(await database.query(live)).toMatchObject([{ attempts: 0 }]);
    // In place of waiting for the lease to end.
    await database.query("UPDATE email_auth SET due_at = NOW(3) WHERE state = 'in_flight'");
    await using _second = await startWorker();
    await waitFor(() => smtp.to(address).length === 1);
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

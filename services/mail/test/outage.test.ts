import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  createTestBroker,
  type PrivateServer,
  startPrivate,
  type TestBroker,
  waitFor,
} from '@ticketaka/platform/testing';
import { emailAuth } from '../api.ts';
import { service } from '../service.ts';
import { asker, codeFor, type MailFixture, someone, startMail } from './mail-fixture.ts';

let mariadb: PrivateServer;
let rabbit: TestBroker;
let mail: MailFixture;

beforeAll(async () => {
  [mariadb, rabbit] = await Promise.all([startPrivate('mariadb', [service]), createTestBroker([service, asker])]);
  mail = await startMail({ mariadb: mariadb.url(service), mail: rabbit.url(service), asker: rabbit.url(asker) });
}, 60_000);
afterAll(async () => {
  await mail[Symbol.asyncDispose]();
  await rabbit[Symbol.asyncDispose]();
  await mariadb[Symbol.asyncDispose]();
}, 30_000);

describe('with MariaDB killed', () => {
  it('keeps what it consumes until MariaDB is back, then sends each e-mail, and makes none a dead letter', async () => {
    const addresses = Array.from({ length: 30 }, someone);
    await mariadb.kill();
    await waitFor(() => mail.lines.some((line) => line.includes('MariaDB lost')));
    await Promise.all(addresses.map((address) => mail.asker.publish(emailAuth, codeFor(address))));
    await waitFor(() => mail.lines.some((line) => line.includes('message waits for what its handler needs')));
    await mariadb.start();
    await waitFor(() => addresses.every((address) => mail.smtp.to(address).length > 0), { timeoutMs: 30_000 });
    expect(await rabbit.queueLength('email.auth.dead')).toBe(0);
    expect(addresses.map((address) => mail.smtp.to(address).length)).toEqual(addresses.map(() => 1));
  }, 60_000);
});

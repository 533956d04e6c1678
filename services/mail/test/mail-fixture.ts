import { type Broker, openBroker } from '@ticketaka/platform/broker';
import { defineService } from '@ticketaka/platform/contract';
import { newId } from '@ticketaka/platform/ids';
import type { Component } from '@ticketaka/platform/lifecycle';
import { createLogger } from '@ticketaka/platform/log';
import { type Database, migrate, openDatabase } from '@ticketaka/platform/mariadb';
import { createMetrics } from '@ticketaka/platform/metrics';
import {
  createTestBroker,
  createTestDatabase,
  type TestBroker,
  type TestDatabase,
  type TestResource,
} from '@ticketaka/platform/testing';
import type { Email } from '../api.ts';
import { emailAuth, emailRealtime } from '../api.ts';
import { migrations } from '../migrations/index.ts';
import { service } from '../service.ts';
import { createSender } from '../smtp/sender.ts';
import type { MailSchema } from '../store/schema.ts';
import { createWorker } from '../worker.ts';
import { TestSmtpServer } from './smtp-server.ts';

/** A service that asks for e-mails, as auth and members do. */
export const asker = defineService({
  name: 'asker',
  summary: 'Asks for e-mails',
  workloads: { worker: { kind: 'worker', scale: { min: 1, max: 1 } } },
  publishes: [emailAuth, emailRealtime],
});

export interface MailFixture extends TestResource {
  readonly db: Database<MailSchema>;
  readonly smtp: TestSmtpServer;
  /** Publishes as the other service. */
  readonly asker: Broker;
  /** What the worker has logged, line by line. */
  readonly lines: readonly string[];
  metrics(): Promise<string>;
}

/** The worker at work: on these servers, with an SMTP server of its own and short time-outs towards it. */
export async function startMail(urls: { mariadb: string; mail: string; asker: string }): Promise<MailFixture> {
  const lines: string[] = [];
  const log = createLogger({
    service: 'mail',
    workload: 'worker',
    destination: { write: (line) => void lines.push(line) },
  });
  const metrics = createMetrics({ service: 'mail', workload: 'worker', ofProcess: false });
  const smtp = new TestSmtpServer();
  await smtp.start();
  const db = await openDatabase<MailSchema>({ url: urls.mariadb, log });
  await migrate(db, migrations, log);
  const broker = await openBroker({ url: urls.mail, service: 'mail', log, metrics });
  const publisher = await openBroker({ url: urls.asker, service: 'asker', log });
  const from = { name: '티켓타카', address: 'no-reply@ticketaka.example' };
  const timeouts = { connectMs: 1_000, silenceMs: 400 };
  const sender = createSender({ url: smtp.url, from, log, connections: 10, timeouts });
  const components: readonly Component[] = createWorker({
    db,
    broker,
    sender,
    domain: 'ticketaka.example',
    log,
    metrics,
    concurrency: 5,
  });
  for (const component of components) await component.start?.();
  return {
    db,
    smtp,
    asker: publisher,
    lines,
    metrics: () => metrics.registry.metrics(),
    async [Symbol.asyncDispose]() {
      for (const component of components.toReversed()) await component.stop?.();
      await Promise.all([publisher.close(), broker.close()]);
      await db.close();
      await smtp.stop();
    },
  };
}

export interface OwnMail extends MailFixture {
  readonly database: TestDatabase;
  readonly rabbit: TestBroker;
}

/** With a database and a broker of its own. */
export async function startMailWithServers(): Promise<OwnMail> {
  const [database, rabbit] = await Promise.all([createTestDatabase(service), createTestBroker([service, asker])]);
  const mail = await startMail({ mariadb: database.url, mail: rabbit.url(service), asker: rabbit.url(asker) });
  return {
    ...mail,
    database,
    rabbit,
    async [Symbol.asyncDispose]() {
      await mail[Symbol.asyncDispose]();
      await Promise.all([rabbit, database].map((part) => part[Symbol.asyncDispose]()));
    },
  };
}

/** An address that no other test has. */
export const someone = () => `${newId()}@example.com`;

export function codeFor(address: string, change: Partial<Email> = {}): Email {
  return {
    to: { address },
    locale: 'ko',
    template: { name: 'verification-code', purpose: 'sign-up', code: '042917', expiresInMinutes: 5 },
    ...change,
  };
}

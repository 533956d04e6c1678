import { type Broker, openBroker } from '@ticketaka/platform/broker';
import { createLogger } from '@ticketaka/platform/log';
import { type Database, migrate, openDatabase } from '@ticketaka/platform/mariadb';
import { createMetrics } from '@ticketaka/platform/metrics';
import { createOutbox } from '@ticketaka/platform/outbox';
import { createTestDatabase, type TestBroker, type TestDatabase, waitFor } from '@ticketaka/platform/testing';
import { startSandbox } from '../../local/kopis/sandbox.ts';
import { createHolidays } from '../../services/performances/collector/source/holidays.ts';
import { createKopis } from '../../services/performances/collector/source/kopis.ts';
import { enterRun } from '../../services/performances/collector/store/runs.ts';
import { createCollector } from '../../services/performances/collector/worker.ts';
import { migrations } from '../../services/performances/migrations/index.ts';
import { service } from '../../services/performances/service.ts';
import type { Schema } from '../../services/performances/store/schema.ts';

export const around = '2026-11-20';
const noon = Date.parse(`${around}T12:00:00+09:00`);
const dayMs = 86_400_000;

/** KOPIS with few records, whose day can be moved, and faults ordered. */
export class TestKopis implements AsyncDisposable {
  readonly #sandbox;
  day: number;

  private constructor(sandbox: Awaited<ReturnType<typeof startSandbox>>, day: number) {
    this.#sandbox = sandbox;
    this.day = day;
  }

  static async start({ day = 0, count = 90, seed = 'two', date = around } = {}): Promise<TestKopis> {
    return new TestKopis(await startSandbox({ port: 0, key: 'key', around: date, count, day, seed }), day);
  }

  get kopisUrl(): string {
    return this.#sandbox.kopisUrl;
  }

  get holidaysUrl(): string {
    return this.#sandbox.holidaysUrl;
  }

  async moveTo(day: number): Promise<void> {
    this.day = day;
    await this.#order({ day });
  }

  async fault(fault: object): Promise<void> {
    await this.#order({ fault });
  }

  async forgetFaults(): Promise<void> {
    await fetch(new URL('/control/faults', this.kopisUrl), { method: 'DELETE' });
  }

  /** How often each path was asked for. */
  async asked(): Promise<Readonly<Record<string, number>>> {
    const answer = await (await fetch(new URL('/control', this.kopisUrl))).json();
    // What the sandbox's control answers with.
    return (answer as { asked: Record<string, number> }).asked;
  }

  async #order(order: object) {
    await fetch(new URL('/control', this.kopisUrl), { method: 'POST', body: JSON.stringify(order) });
  }

  async [Symbol.asyncDispose]() {
    await this.#sandbox.close();
  }
}

const log = createLogger({ service: 'performances', workload: 'test', level: process.env['LOG_LEVEL'] ?? 'silent' });

/** A collector at work on a database of its own; `another` is a second process on the same one. */
export class TestCollector implements AsyncDisposable {
  readonly db: Database<Schema>;
  readonly database: TestDatabase;
  readonly #broker: Broker;
  readonly #components: ReturnType<typeof createCollector>;
  readonly #owner: boolean;

  private constructor(parts: {
    database: TestDatabase;
    db: Database<Schema>;
    broker: Broker;
    kopis: TestKopis;
    owner: boolean;
  }) {
    const { database, db, broker, kopis, owner } = parts;
    this.database = database;
    this.db = db;
    this.#broker = broker;
    this.#owner = owner;
    const metrics = createMetrics({ service: 'performances', workload: 'collector', ofProcess: false });
    const source = { key: 'key', log, requestsPerSecond: 1000, timeoutMs: 1000 };
    this.#components = createCollector({
      db,
      // Not started: what it is to publish stays in its table, to be counted.
      outbox: createOutbox({ service: service.name, db, broker, log, metrics }),
      kopis: createKopis({ ...source, url: kopis.kopisUrl }),
      holidays: createHolidays({ ...source, url: kopis.holidaysUrl }),
      log,
      metrics,
      now: () => new Date(noon + kopis.day * dayMs),
    });
  }

  /** @param database of another collector; by default a new one */
  static async open(kopis: TestKopis, rabbit: TestBroker, database?: TestDatabase): Promise<TestCollector> {
    const own = database ?? (await createTestDatabase(service));
    const db = await openDatabase<Schema>({ url: own.url, log });
    await migrate(db, migrations, log);
    const broker = await openBroker({ url: rabbit.url(service), service: service.name, log });
    return new TestCollector({ database: own, db, broker, kopis, owner: !database });
  }

  async start(): Promise<void> {
    for (const component of this.#components) await component.start?.();
  }

  async stop(): Promise<void> {
    for (const component of this.#components.toReversed()) await component.stop?.();
  }

  /** Waits for the next run that is entered or under way, and resolves with how it ended. */
  async nextRun() {
    return await waitFor(() => this.lastEnded(), { timeoutMs: 60_000, what: 'a run to end' });
  }

  async lastEnded() {
    const run = await this.db.kysely
      .selectFrom('collector_runs')
      .selectAll()
      .orderBy('id', 'desc')
      .limit(1)
      .executeTakeFirst();
    return run && run.state !== 'running' ? run : undefined;
  }

  /** Asks for a run and waits for its end. */
  async run() {
    const id = await enterRun(this.db.kysely);
    if (id === undefined) throw new Error('there is a run already');
    return await waitFor(
      () =>
        this.db.kysely
          .selectFrom('collector_runs')
          .selectAll()
          .where('id', '=', id)
          .where('state', '!=', 'running')
          .executeTakeFirst(),
      { timeoutMs: 60_000, what: 'the run to end' },
    );
  }

  async count(table: keyof Schema | 'outbox'): Promise<number> {
    const rows = await this.database.query(`SELECT COUNT(*) AS number FROM ${table}`);
    // One row with one column of a count.
    return Number((rows as { number: bigint }[])[0]?.number);
  }

  /** Changes whenever anything in the tables of the catalogue does. */
  async fingerprint(): Promise<string> {
    const tables = ['venues', 'halls', 'performances', 'sessions', 'grades', 'audit', 'outbox', 'holidays', 'rankings'];
    const rows = await this.database.query(`CHECKSUM TABLE ${tables.join(', ')}`);
    return JSON.stringify(rows, (_, value: unknown) => (typeof value === 'bigint' ? value.toString() : value));
  }

  async [Symbol.asyncDispose]() {
    await this.stop();
    await this.#broker.close();
    await this.db.close();
    if (this.#owner) await this.database[Symbol.asyncDispose]();
  }
}

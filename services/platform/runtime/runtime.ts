import type { Express } from 'express';
import { createTokenVerifier, fileKeys, type TokenVerifier } from '../auth/index.ts';
import { createPolicy } from '../breaker/index.ts';
import { type Broker, openBroker } from '../broker/index.ts';
import { type Client, createClient } from '../client/index.ts';
import { type Api, type DocsRouteName, type Service, workloadName, workloadOf } from '../contract/index.ts';
import { type AppOptions, createApp, type RouteName } from '../http/index.ts';
import type { Component, Health } from '../lifecycle/index.ts';
import type { Logger } from '../log/index.ts';
import { type Database, type Migrations, migrate, openDatabase } from '../mariadb/index.ts';
import type { Metrics } from '../metrics/index.ts';
import { createRateLimiter, type RateLimiter } from '../rate-limit/index.ts';
import { openRedis, type Redis } from '../redis/index.ts';
import { currentTrace, newTrace } from '../telemetry/index.ts';
import type { Environment } from './environment.ts';

type AppExtras<A extends Api, Names extends RouteName<A>> = Pick<
  AppOptions<A, Names>,
  'api' | 'handlers' | 'idempotency' | 'document' | 'streams'
>;

interface RuntimeOptions<C> {
  readonly service: Service;
  readonly workload: string;
  readonly config: Environment & C;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly health: Health;
}

/** What a workload stands on. Each part is opened when it is asked for, and closed when the process stops. */
export class Runtime<C> {
  readonly service: Service;
  readonly workload: string;
  readonly config: Environment & C;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly health: Health;
  /** What was opened, in that order. */
  readonly opened: Component[] = [];
  #verifier: TokenVerifier | undefined;

  constructor({ service, workload, config, log, metrics, health }: RuntimeOptions<C>) {
    this.service = service;
    this.workload = workload;
    this.config = config;
    this.log = log;
    this.metrics = metrics;
    this.health = health;
  }

  /** The service's own database, with its schema brought up to date. */
  async database<Schema>(migrations: Migrations): Promise<Database<Schema>> {
    const { log, metrics, health } = this;
    health.declare('mariadb');
    const db = await openDatabase<Schema>({ url: this.#variable('MARIADB_URL'), log, metrics, health });
    this.opened.push({ name: 'mariadb', stop: () => db.close() });
    await migrate(db, migrations, log);
    return db;
  }

  async redis(): Promise<Redis> {
    const redis = await openRedis({
      url: this.#variable('REDIS_URL'),
      service: this.service.name,
      log: this.log,
      health: this.health,
    });
    this.opened.push({ name: 'redis', stop: async () => redis.disconnect() });
    return redis;
  }

  /** @param vital whether the workload is of no use while RabbitMQ is away, as a consumer is */
  async broker({ vital = false } = {}): Promise<Broker> {
    const { log, metrics, health } = this;
    const url = this.#variable('AMQP_URL');
    const broker = await openBroker({ url, service: this.service.name, log, metrics, health, vital });
    this.opened.push({ name: 'rabbitmq', stop: () => broker.close() });
    return broker;
  }

  /** A limit that all replicas share, scaled as the environment says. */
  rateLimiter(
    redis: Redis,
    limit: { readonly name: string; readonly points: number; readonly seconds: number },
  ): RateLimiter {
    const points = Math.ceil(limit.points * this.config.RATE_LIMIT_SCALE);
    return createRateLimiter({ ...limit, points, redis, log: this.log });
  }

  /**
   * Answers for the API, with the platform's token checks, log and metrics. A workload that serves some of the routes
   * says which, `app<typeof api, CatalogueRoute>({ api, handlers })`, and gives the handlers of those.
   * @throws when the handlers are not those of the routes that the declaration gives to this workload
   */
  app<A extends Api, Names extends RouteName<A> = RouteName<A>>(options: AppExtras<A, Names>): Express {
    const verifier = this.config.JWKS_FILE === undefined ? undefined : this.verifier();
    const { log, metrics, config } = this;
    const checkResponses = config.CHECK_RESPONSES;
    const trustedProxies = config.TRUSTED_PROXIES;
    const serves = Object.values(options.api.routes)
      .filter((route) => workloadOf(this.service, route) === this.workload)
      // The handlers are checked against these names, so that a type that says otherwise stops the start.
      .map(({ name }) => name as Names | DocsRouteName);
    return createApp<A, Names>({
      ...options,
      ...(verifier && { verifier }),
      ...(trustedProxies !== undefined && { trustedProxies }),
      serves,
      log,
      metrics,
      checkResponses,
    });
  }

  verifier(): TokenVerifier {
    this.#verifier ??= createTokenVerifier({
      issuer: this.#variable('JWT_ISSUER'),
      audience: this.#variable('JWT_AUDIENCE'),
      keys: fileKeys(this.#variable('JWKS_FILE'), this.log),
    });
    return this.#verifier;
  }

  /**
   * A client of another service, through the mesh. Calls are bounded in time and number, and stop for a while when the
   * other side keeps failing. Only declared calls get through.
   */
  client<A extends Api>(api: A, workload = 'api'): Client<A> {
    const policy = createPolicy({ name: api.service, log: this.log, metrics: this.metrics, timeoutMs: 5000 });
    return createClient(api, {
      origin: `http://${workloadName(api.service, workload)}`,
      policy,
      headers: traceHeaders,
    });
  }

  #variable(name: keyof Environment): string {
    const value = this.config[name];
    if (typeof value !== 'string') throw new TypeError(`${this.service.name} does not declare what ${name} is for`);
    return value;
  }
}

function traceHeaders() {
  return { traceparent: currentTrace() ?? newTrace() };
}

import { setTimeout as delay } from 'node:timers/promises';
import { startTossSandbox, type TossSandboxOptions } from '@ticketaka/local/toss/sandbox';
import type { ScenarioChange } from '@ticketaka/local/toss/scenario';
import { newId } from '@ticketaka/platform/ids';
import { createLogger } from '@ticketaka/platform/log';
import { type Database, openDatabase } from '@ticketaka/platform/mariadb';
import { openRedis } from '@ticketaka/platform/redis';
import { waitFor } from '@ticketaka/platform/testing';
import { Redis } from 'ioredis';
import { sql } from 'kysely';
import { Page } from '../../services/reservation/availability/test/page.ts';
import { createWebhookGate } from '../../services/reservation/payments/index.ts';
import { createSeatImage } from '../../services/reservation/seats/index.ts';
import { service } from '../../services/reservation/service.ts';
import type { Schema } from '../../services/reservation/store/schema.ts';
import type { Buyer } from '../../services/reservation/test/buyer.ts';
import { startReservation } from '../../services/reservation/test/reservation-server.ts';
import { makeShow, type ShowOptions } from '../../services/reservation/test/shows.ts';
import type { Overrides } from '../../services/reservation/wire.parts.ts';
import { Crowd, type CrowdOptions } from './crowd.ts';
import { Customer } from './customer.ts';
import type { Attempt, Outage, Payment, Session, Trial } from './history.ts';
import { judge } from './judge.ts';
import { Listener } from './listener.ts';
import { readPictures } from './pictures.ts';
import { startPulse } from './pulse.ts';
import { letTimePass, readRecords } from './records.ts';
import { tally } from './tally.ts';
import { openWorldServers, type WorldServersOptions } from './world-servers.ts';

export interface WorldOptions extends WorldServersOptions {
  /** @default 2 */
  readonly replicas?: number;
  readonly overrides?: Overrides;
  readonly sandbox?: Partial<TossSandboxOptions>;
  /** Books of the payment service, when it is another than the sandbox. */
  readonly books?: () => readonly Payment[];
}

export const tossSecretKey = 'test_sk_faults';
/** Until everybody has found what is back again. */
const recoveryMs = 6_000;

/** The service on real servers, with everything that the judge reads. */
export async function startWorld(options: WorldOptions = {}) {
  const { replicas = 2, overrides = {}, sandbox: sandboxOptions = {}, books, ...ofServers } = options;
  await using started = new AsyncDisposableStack();
  const servers = started.use(await openWorldServers(ofServers));
  const sandbox = await startTossSandbox({
    secretKey: tossSecretKey,
    consecutiveMs: 0,
    webhookRetryMs: 100,
    scenario: { webhook: 'never' },
    ...sandboxOptions,
  });
  started.defer(() => sandbox.close());
  const log = createLogger({ service: 'reservation', workload: 'judge', level: 'silent' });
  const db: Database<Schema> = await openDatabase<Schema>({ url: servers.direct.mariadb, log, poolSize: 4 });
  started.defer(() => db.close());
  const client = await openRedis({ url: servers.behind.redis, service: service.name, log });
  started.defer(async () => client.disconnect());
  const image = createSeatImage({ redis: client });
  const root = new Redis(servers.redisRootUrl, { lazyConnect: true });
  root.on('error', () => undefined);
  started.defer(async () => root.disconnect());

  const ears = new Listener(servers.listenerUrl);
  const server = started.use(
    await startReservation({
      servers: servers.behind,
      overrides: { compareMs: 1_000, ...overrides },
      tossUrl: sandbox.url,
      tossSecretKey,
    }),
  );
  await ears.start();
  started.defer(() => ears.stop());
  const urls = [server.url];
  while (urls.length < replicas) urls.push(await server.startApi());
  const gate = createWebhookGate([new Uint8Array(Buffer.from(server.identity.saleKeys, 'base64url'))]);
  const webhookUrl = `${server.url}/api/reservations/payments/toss/${gate.token}`;

  const history: Attempt[] = [];
  /** Of the history, by a verdict before. */
  let counted = 0;
  const outages: Outage[] = [];
  started.use(
    startPulse({
      servers: [() => client.ping(), () => sql`SELECT 1`.execute(db.kysely)],
      note: (silence) => void outages.push(silence),
    }),
  );
  const sessions: Session[] = [];
  const pages: { readonly sessionId: string; readonly page: Page }[] = [];
  const stack = started.move();

  function addSession(show: ShowOptions = {}) {
    const made = server.neighbours.add(makeShow(show));
    const { session, map } = made;
    sessions.push({ id: session.id, units: map?.units ?? 0, perMember: session.perMemberLimit, blocked: [] });
    return session.id;
  }

  /** From then on everybody should get everything back. */
  function calledOff(sessionId: string) {
    const at = sessions.findIndex(({ id }) => id === sessionId);
    const session = sessions[at];
    if (session) sessions[at] = { ...session, calledOff: true };
  }

  /** @param at a replica of their own; else each try comes to another one, as behind a load balancer */
  function customer({ memberId = newId(), at = '' } = {}) {
    const known = new Map<string, Buyer>();
    const buyer = () => {
      const url = at || pick(urls);
      const found = known.get(url) ?? server.buyer({ memberId, at: url });
      known.set(url, found);
      return found;
    };
    return new Customer(buyer, history);
  }

  function authorise(order: { readonly orderId: string; readonly amount: number }, how?: ScenarioChange) {
    return sandbox.authorise(order, how).paymentKey;
  }

  async function trial(): Promise<Trial> {
    const [records, pictures] = await Promise.all([readRecords(db), readPictures({ sessions, urls, image, pages })]);
    const payments = books?.() ?? sandbox.ledger();
    return { sessions, history, outages, records, pictures, payments, events: ears.events };
  }

  /** Somebody looks at a session in a browser, and the judge looks over their shoulder. */
  function watch(sessionId: string, at: string): Page {
    const page = new Page(`${at}/api/reservations/sessions/${sessionId}/availability/stream`);
    pages.push({ sessionId, page });
    return page;
  }

  /** What the judge says now, of what is under way too. For what should go wrong: it is not counted. */
  const peek = async (): Promise<string[]> => judge(await trial());

  /** Lets everything come to rest, and judges it. Asks again for as long as there are faults that may yet go away. */
  async function verdict({ patienceMs = 45_000 } = {}): Promise<string[]> {
    const deadline = performance.now() + patienceMs;
    for (;;) {
      // The judge's own connection may learn later than the service that MariaDB is back.
      await waitFor(() => letTimePass(db).then(() => true), { timeoutMs: 30_000, what: 'MariaDB' });
      const judged = await trial();
      const faults = judge(judged);
      const open = judged.records.reservations.filter(({ state }) => state === 'CLAIMED' || state === 'PAID');
      if (faults.length + open.length === 0 || performance.now() > deadline) {
        const fresh = history.slice(counted).filter(({ step }) => step === 'hold' || step === 'book');
        tally(fresh.length, faults);
        counted = history.length;
        // Why something failed is told to nobody but the log.
        if (faults.length > 0) console.error(server.logged().split('\n').filter(isWarning).slice(-20).join('\n'));
        return [...faults, ...open.map(({ id, state }) => `reservation ${id} is still ${state}`)];
      }
      await delay(250);
    }
  }

  /** Something is away while this runs. */
  async function outage<T>(during: () => Promise<T>): Promise<T> {
    const now = { from: Date.now(), until: Infinity };
    outages.push(now);
    try {
      return await during();
    } finally {
      outages.splice(outages.indexOf(now), 1, { from: now.from, until: Date.now() + recoveryMs });
    }
  }

  const crowd = (more: Partial<CrowdOptions> & Pick<CrowdOptions, 'sessionIds'>) =>
    new Crowd({ units: 70, visitors: 8, customer: () => customer(), authorise, ...more }).start();

  return {
    server,
    servers: servers.direct,
    urls,
    webhookUrl,
    sandbox,
    db,
    image,
    root,
    ears,
    broker: servers.broker,
    history,
    outages,
    addSession,
    calledOff,
    customer,
    watch,
    authorise,
    crowd,
    trial,
    peek,
    verdict,
    outage,
    mariadb: required(servers.own.mariadb),
    redis: required(servers.own.redis),
    rabbitmq: required(servers.own.rabbitmq),
    proxies: { mariadb: required(servers.proxies.mariadb), redis: required(servers.proxies.redis) },
    [Symbol.asyncDispose]: () => stack[Symbol.asyncDispose](),
  };
}

export type World = Awaited<ReturnType<typeof startWorld>>;

function required<T>(part: T | undefined): () => T {
  return () => {
    if (!part) throw new Error('this world shares its servers with others, and has no proxy');
    return part;
  };
}

function pick(list: readonly string[]): string {
  return list[Math.floor(Math.random() * list.length)] ?? '';
}

function isWarning(line: string): boolean {
  return /^\{"level":"(warn|error)"/.test(line);
}

import { isDeepStrictEqual } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { openBroker } from '@ticketaka/platform/broker';
import { createLogger } from '@ticketaka/platform/log';
import {
  createTestDatabase,
  type PrivateServer,
  startPrivate,
  type TestDatabase,
  waitFor,
} from '@ticketaka/platform/testing';
import { connect } from 'amqplib';
import { Catalogue } from '../../services/performances/catalogue/catalogue.ts';
import { applyChange, Feed } from '../../services/performances/catalogue/feed.ts';
import { reconcile } from '../../services/performances/catalogue/reconcile.ts';
import { type House, openWriteSide, type WriteSide } from '../../services/performances/catalogue/test/write-side.ts';
import { changeFeed } from '../../services/performances/schemas/feed.ts';
import { service } from '../../services/performances/service.ts';

const now = () => new Date();
const log = createLogger({ service: service.name, workload: 'test', level: 'silent' });
const stream = 'performances.catalogue';

let rabbitmq: PrivateServer;
let mariadb: TestDatabase;
let writeSide: WriteSide;
let house: House;
const started: Feed[] = [];

beforeAll(async () => {
  rabbitmq = await startPrivate('rabbitmq', [service]);
}, 60_000);
afterAll(() => rabbitmq[Symbol.asyncDispose](), 30_000);

beforeEach(async () => {
  await remakeStream();
  mariadb = await createTestDatabase(service);
  writeSide = await openWriteSide({ mariadb: mariadb.url, amqp: rabbitmq.url(service) });
  house = await writeSide.addHouse();
}, 60_000);

afterEach(async () => {
  await Promise.all(started.splice(0).map((feed) => feed.stop()));
  await writeSide[Symbol.asyncDispose]();
  await mariadb[Symbol.asyncDispose]();
}, 30_000);

/** A stream that keeps some twenty changes. */
async function remakeStream() {
  const model = await connect(rabbitmq.rootUrl);
  const channel = await model.createChannel();
  await channel.deleteQueue(stream);
  const limits = { 'x-max-length-bytes': 40_000, 'x-stream-max-segment-size-bytes': 10_000 };
  await channel.assertQueue(stream, { durable: true, arguments: { 'x-queue-type': 'stream', ...limits } });
  await channel.bindQueue(stream, service.name, changeFeed.type);
  await model.close();
}

interface Following {
  readonly catalogue: Catalogue;
  /** Of a snapshot. */
  readonly offset?: number | undefined;
  readonly onGap: () => Promise<void>;
}

async function follow({ catalogue, offset, onGap }: Following): Promise<Feed> {
  const open = () => openBroker({ url: rabbitmq.url(service), service: service.name, log });
  const feed = new Feed({ catalogue, offset, completeAt: Date.now(), openBroker: open, log, now, onGap });
  started.push(feed);
  await feed.start();
  return feed;
}

async function compare(catalogue: Catalogue): Promise<void> {
  await reconcile(catalogue, writeSide.db, now);
}

/** Ids of what the catalogue has otherwise than the database, or only one of both has. */
async function differences(catalogue: Catalogue): Promise<string[]> {
  const there = new Map((await writeSide.documents()).map((document) => [document.id, document]));
  const ids = new Set([...there.keys(), ...catalogue.ids()]);
  return [...ids].filter((id) => !isDeepStrictEqual(there.get(id), catalogue.document(id)));
}

const titleOf = (catalogue: Catalogue, id: string) => catalogue.card(id)?.title.ko;

/** A snapshot of one show, which is renamed, and then so many changes that the stream drops the first. */
async function outdated() {
  const catalogue = new Catalogue();
  const { id } = await writeSide.addShow(house, { title: '처음 이름' });
  const feed = await follow({ catalogue, onGap: async () => undefined });
  await waitFor(() => catalogue.has(id), { timeoutMs: 30_000 });
  await feed.stop();
  await writeSide.rename(id, '새 이름');
  const { id: other } = await writeSide.addShow(house, { title: '다른 공연' });
  for (let number = 1; number <= 80; number += 1) await writeSide.rename(other, `다른 공연 ${number}`);
  return { catalogue, offset: feed.offset, id, other };
}

describe('a catalogue from before what the stream still has', () => {
  it('is built again from MariaDB before the feed goes on', async () => {
    const { catalogue, offset, id, other } = await outdated();
    expect(offset).toBe(0);
    let gaps = 0;
    const onGap = async () => {
      gaps += 1;
      await compare(catalogue);
    };
    await follow({ catalogue, offset, onGap });
    await waitFor(() => titleOf(catalogue, other) === '다른 공연 80', { timeoutMs: 30_000 });
    expect([gaps, titleOf(catalogue, id), await differences(catalogue)]).toEqual([1, '새 이름', []]);
    await writeSide.rename(id, '끝 이름');
    await waitFor(() => titleOf(catalogue, id) === '끝 이름', { timeoutMs: 30_000 });
    expect(gaps).toBe(1);
  }, 90_000);

  it('would stay wrong for ever if nobody built it again', async () => {
    const { catalogue, offset, id, other } = await outdated();
    await follow({ catalogue, offset, onGap: async () => undefined });
    await waitFor(() => titleOf(catalogue, other) === '다른 공연 80', { timeoutMs: 30_000 });
    expect(await differences(catalogue)).toEqual([id]);
  }, 90_000);
});

/** What was there at first, and what a restore of it leaves: as if nothing else had ever happened. */
async function wentBack(catalogue: Catalogue) {
  const show = await writeSide.addShow(house, { title: '첫째' });
  const [before] = await writeSide.documents();
  if (!before) throw new Error('there is a show');
  for (const title of ['둘째', '셋째']) await writeSide.rename(show.id, title);
  const lost = await writeSide.addShow(house, { title: '없어질 공연' });
  await compare(catalogue);
  const undone = catalogue.document(show.id);
  expect([undone?.version, catalogue.size]).toEqual([3, 2]);
  const { kysely } = writeSide.db;
  await kysely.deleteFrom('sessions').where('performance_id', '=', lost.id).execute();
  await kysely.deleteFrom('performances').where('id', '=', lost.id).execute();
  const columns = { title_ko: before.title.ko, version: before.version, updated_at: new Date(before.updatedAt) };
  await kysely.updateTable('performances').set(columns).where('id', '=', show.id).execute();
  return { id: show.id, before, undone };
}

describe('a database that went back in time', () => {
  it('takes the catalogue along', async () => {
    const catalogue = new Catalogue();
    const { id, before } = await wentBack(catalogue);
    await compare(catalogue);
    expect([[...catalogue.ids()], catalogue.document(id), await differences(catalogue)]).toEqual([[id], before, []]);
  }, 60_000);

  it('is believed again when the feed brings what was undone', async () => {
    const catalogue = new Catalogue();
    const { id, undone } = await wentBack(catalogue);
    await compare(catalogue);
    if (!undone) throw new Error('it was there');
    const data = { change: 'put', performanceId: id, version: undone.version, document: undone } as const;
    applyChange(catalogue, { data }, now());
    expect(await differences(catalogue)).toEqual([id]);
    await compare(catalogue);
    expect(await differences(catalogue)).toEqual([]);
  }, 60_000);

  it('is believed when it has come to the same version again, with something else in it', async () => {
    const catalogue = new Catalogue();
    const { id } = await wentBack(catalogue);
    for (const title of ['다른 둘째', '다른 셋째']) await writeSide.rename(id, title);
    await compare(catalogue);
    expect(catalogue.document(id)).toMatchObject({ version: 3, title: { ko: '다른 셋째' } });
    expect(await differences(catalogue)).toEqual([]);
  }, 60_000);
});

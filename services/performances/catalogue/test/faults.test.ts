import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '@ticketaka/platform/ids';
import { createKeySet, generateKey, writeJwks } from '@ticketaka/platform/keys';
import { type PrivateServer, startPrivate, waitFor } from '@ticketaka/platform/testing';
import { sql } from 'kysely';
import { PerformanceDetail, SellableSession, SessionSeatMap } from '../../schemas/catalogue.ts';
import { service } from '../../service.ts';
import { Replica, type ReplicaOptions } from './replica.ts';
import { type House, openWriteSide, type WriteSide } from './write-side.ts';

let folder: string;
let mariadb: PrivateServer;
let rabbitmq: PrivateServer;
let writeSide: WriteSide;
let house: House;
let replicas: [Replica, Replica];
let replicaOf: (name: string, options?: Pick<ReplicaOptions, 'main' | 'loseEvery'>) => Replica;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'catalogue-'));
  [mariadb, rabbitmq] = await Promise.all([startPrivate('mariadb', [service]), startPrivate('rabbitmq', [service])]);
  const servers = { mariadb: mariadb.url(service), amqp: rabbitmq.url(service) };
  const jwks = join(folder, 'jwks.json');
  await writeJwks(jwks, createKeySet(await generateKey(), new Date()));
  replicaOf = (name, options) => new Replica({ servers, directory: join(folder, name), jwks, ...options });
  replicas = [replicaOf('one'), replicaOf('two')];
  writeSide = await openWriteSide(servers);
  house = await writeSide.addHouse();
  await Promise.all(replicas.map((each) => each.startReady()));
}, 180_000);

afterAll(async () => {
  await Promise.all(replicas.map((each) => each.stop('SIGKILL')));
  await writeSide[Symbol.asyncDispose]();
  await Promise.all([mariadb[Symbol.asyncDispose](), rabbitmq[Symbol.asyncDispose]()]);
  await rm(folder, { recursive: true, force: true });
}, 60_000);

const titlesInMariadb = async () => new Map((await writeSide.documents()).map(({ id, title }) => [id, title.ko]));

/** That every replica has what the database has, no more, no less, each once. */
async function expectAllRight(those: readonly Replica[] = replicas) {
  const expected = await titlesInMariadb();
  for (const replica of those) {
    await waitFor(async () => equal(await replica.list(), expected), {
      timeoutMs: 60_000,
      what: 'the list to be right',
    });
  }
}

function equal(one: ReadonlyMap<string, string>, other: ReadonlyMap<string, string>) {
  return one.size === other.size && [...one].every(([id, title]) => other.get(id) === title);
}

describe('two replicas', () => {
  it('both show a change soon after its commit', async () => {
    const { id } = await writeSide.addShow(house, { title: '방금 나온 공연' });
    for (const replica of replicas) {
      await waitFor(async () => (await replica.find('방금 나온')).performances[0]?.id === id, { timeoutMs: 10_000 });
    }
    await writeSide.rename(id, '이름이 바뀐 공연');
    for (const replica of replicas) {
      await waitFor(async () => (await replica.find('이름이 바뀐')).total === 1, { timeoutMs: 10_000 });
      expect((await replica.find('방금 나온')).total).toBe(0);
      const detail = await replica.json(`/${id}`, PerformanceDetail);
      expect(detail).toMatchObject({ title: { ko: '이름이 바뀐 공연' }, sessionCount: 1 });
    }
  }, 60_000);

  it('both let go of what was removed', async () => {
    const { id, sessionId } = await writeSide.addShow(house, { title: '곧 사라질 공연' });
    const [first, second] = replicas;
    for (const replica of replicas) await waitFor(async () => (await replica.get(`/${id}`)).status === 200);
    await writeSide.remove(id);
    for (const replica of [first, second]) {
      await waitFor(async () => (await replica.get(`/${id}`)).status === 404);
      expect((await replica.get(`/internal/sessions/${sessionId}`)).status).toBe(404);
    }
  }, 60_000);

  it('take from MariaDB what the feed never brought', async () => {
    const { id } = await writeSide.addShow(house, { title: '소식이 없던 공연' });
    await waitFor(async () => (await replicas[0].get(`/${id}`)).status === 200);
    // As if its event had been lost.
    await sql`UPDATE performances SET title_ko = '소식 없이 바뀐 공연', version = version + 1 WHERE id = ${id}`.execute(
      writeSide.db.kysely,
    );
    await expectAllRight();
    expect(await replicas[0].metric('catalogue_differences_total')).toBeGreaterThan(0);
  }, 90_000);
});

/** Kills it while changes come, and lets it come back while more do. */
async function killWhileChanging(replica: Replica) {
  const { id } = await writeSide.addShow(house, { title: '바쁜 공연' });
  const stopped = new AbortController();
  let count = 0;
  const changing = (async () => {
    while (!stopped.signal.aborted) {
      count += 1;
      await writeSide.rename(id, `바쁜 공연 ${count}`);
      await writeSide.addShow(house, { title: `새 공연 ${count}` });
    }
  })();
  await waitFor(() => count > 10);
  await replica.stop('SIGKILL');
  const before = count;
  await waitFor(() => count > before + 10);
  await replica.startReady();
  await waitFor(() => count > before + 20);
  stopped.abort();
  await changing;
}

describe('killing a replica while changes come', () => {
  it('loses none of them', async () => {
    const [replica] = replicas;
    await killWhileChanging(replica);
    await expectAllRight();
  }, 120_000);
});

/** One that has a snapshot, and from there on only its feed. */
async function feedAlone(name: string, loseEvery?: number): Promise<Replica> {
  const replica = replicaOf(name, { main: 'feed alone', ...(loseEvery !== undefined && { loseEvery }) });
  await replica.startReady();
  await replica.stop('SIGTERM');
  await replica.startReady();
  return replica;
}

describe('a replica that is not compared with MariaDB', () => {
  it('loses none of the changes that come while it is killed', async () => {
    await using replica = await feedAlone('feed-alone');
    await killWhileChanging(replica);
    await expectAllRight([replica]);
    expect(await replica.metric('catalogue_compared_timestamp_seconds')).toBe(0);
  }, 120_000);

  it('is found to be wrong when its feed forgets some', async () => {
    await using replica = await feedAlone('forgetful', 5);
    await killWhileChanging(replica);
    // One that the feed may forget, and one that says it has come to the end.
    const last = await Promise.all([1, 2].map((number) => writeSide.addShow(house, { title: `끝 ${number}` })));
    const present = async ({ id }: { readonly id: string }) => (await replica.get(`/${id}`)).status === 200;
    await waitFor(async () => (await Promise.all(last.map(present))).includes(true), { timeoutMs: 30_000 });
    expect(equal(await replica.list(), await titlesInMariadb())).toBe(false);
  }, 120_000);
});

describe('with MariaDB and RabbitMQ gone', () => {
  let show: { readonly id: string; readonly sessionId: string };

  /** Every GET of the read side, with the content that it must have. */
  async function expectEverything(replica: Replica) {
    expect(await replica.find('남아 있을')).toMatchObject({ total: 1, performances: [{ id: show.id, rank: 2 }] });
    expect((await replica.find('ㄴㅇ ㅇㅇ')).performances.map(({ id }) => id)).toContain(show.id);
    const suggestions = await (await replica.get(`/suggestions?query=${encodeURIComponent('남아')}`)).text();
    expect(suggestions).toContain(show.id);
    expect((await replica.rankings()).rankings).toMatchObject([{ rank: 2, change: 3, performance: { id: show.id } }]);
    expect(await replica.json(`/${show.id}`, PerformanceDetail)).toMatchObject({ title: { ko: '남아 있을 공연' } });
    const sessions = await (await replica.get(`/${show.id}/sessions`)).text();
    expect(sessions).toContain(show.sessionId);
    const map = await replica.json(`/${show.id}/sessions/${show.sessionId}/seat-map`, SessionSeatMap);
    expect(map.map).toEqual(house.map);
    const session = await replica.json(`/internal/sessions/${show.sessionId}`, SellableSession);
    expect(session).toMatchObject({ session: { id: show.sessionId }, map: { seatMapId: house.seatMapId } });
    expect((await replica.get(`/posters/${newId()}/320.webp`)).status).toBe(404);
  }

  beforeAll(async () => {
    show = await writeSide.addShow(house, { title: '남아 있을 공연' });
    const ranking = (date: string, place: number) => sql`
      INSERT INTO rankings (period, date, genre, place, source_id, performance_id)
      VALUES ('day', ${date}, '', ${place}, 'PF1', ${show.id})`;
    await ranking('2026-11-18', 5).execute(writeSide.db.kysely);
    await ranking('2026-11-19', 2).execute(writeSide.db.kysely);
    for (const replica of replicas) {
      const ranked = async () => (await replica.rankings()).rankings[0]?.performance.id === show.id;
      await waitFor(ranked, { timeoutMs: 60_000, what: 'the ranking to arrive' });
    }
    await expectAllRight();
    await Promise.all([mariadb.kill(), rabbitmq.kill()]);
  }, 180_000);

  it('everything is answered by both replicas', async () => {
    for (const replica of replicas) {
      expect(await replica.ready()).toBe(true);
      await expectEverything(replica);
    }
  }, 60_000);

  it('the answers say how far behind they may be', async () => {
    for (const replica of replicas) {
      const behind = async () => Number((await replica.get(`/${show.id}`)).headers.get('catalogue-behind'));
      await waitFor(async () => (await behind()) >= 3);
      expect(await replica.metric('catalogue_behind_seconds')).toBeGreaterThan(0);
      expect((await replica.get(`/${show.id}`)).headers.get('last-modified')).toMatch(/GMT$/);
    }
  }, 60_000);

  it('a replica that is restarted comes back from its snapshot', async () => {
    const [replica] = replicas;
    await replica.stop('SIGTERM');
    await replica.startReady();
    expect(replica.output).toContain('catalogue read from its snapshot');
    await expectEverything(replica);
  }, 60_000);

  it('a replica with a damaged snapshot says so, and is not ready', async () => {
    const [replica] = replicas;
    await replica.stop('SIGTERM');
    const path = join(folder, 'one', 'snapshots', 'catalogue.snapshot');
    const good = await readFile(path);
    const bad = Buffer.from(good);
    bad[100] = (bad[100] ?? 0) ^ 1;
    await writeFile(path, bad);
    await replica.start();
    expect(replica.output).toContain('the snapshot is damaged and ignored');
    expect(await replica.ready()).toBe(false);
    expect((await replica.get(`/${show.id}`)).status).toBe(503);
    await replica.stop('SIGTERM');
    // It had nothing to write in its place.
    expect(await readFile(path)).toEqual(bad);
    await writeFile(path, good);
    await replica.startReady();
    await expectEverything(replica);
    expect((await readdir(join(folder, 'one', 'snapshots'))).toSorted()).toEqual(['catalogue.snapshot', 'seat-maps']);
  }, 60_000);

  it('what changes after they are back is shown, and everything is as in the database', async () => {
    await Promise.all([mariadb.start(), rabbitmq.start()]);
    await waitFor(() => writeSide.addShow(house, { title: '돌아온 뒤의 공연' }), { timeoutMs: 30_000 });
    await expectAllRight();
    for (const replica of replicas) {
      const behind = async () => (await replica.get(`/${show.id}`)).headers.get('catalogue-behind');
      await waitFor(async () => (await behind()) === null, { timeoutMs: 30_000, what: 'the feed to be current' });
    }
  }, 120_000);
});

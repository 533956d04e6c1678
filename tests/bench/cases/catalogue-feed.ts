import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createEnvelope } from '@ticketaka/platform/broker';
import { createKeySet, generateKey, writeJwks } from '@ticketaka/platform/keys';
import { createTestBroker, createTestDatabase, waitFor } from '@ticketaka/platform/testing';
import { Catalogue } from '../../../services/performances/catalogue/catalogue.ts';
import { applyChange } from '../../../services/performances/catalogue/feed.ts';
import { readSnapshot, writeSnapshot } from '../../../services/performances/catalogue/snapshot.ts';
import { Replica } from '../../../services/performances/catalogue/test/replica.ts';
import { openWriteSide } from '../../../services/performances/catalogue/test/write-side.ts';
import { changeFeed, type PerformanceDocument } from '../../../services/performances/schemas/feed.ts';
import { service } from '../../../services/performances/service.ts';
import { parseEnvelope } from '../../../services/platform/broker/envelope.ts';
import { type BenchCase, perSecond } from '../harness.ts';
import { inventedDocuments, size } from './catalogue-data.ts';

const changesOfARound = 5_000;
const commits = 200;

/** What a replica does with a change, from its bytes on: read, check, keep and index it, among 50 000 others. */
export const catalogueFeed: BenchCase = {
  name: 'catalogue-feed',
  summary: 'changes checked, kept and indexed among 50 000 performances, against a bare JSON.parse of the same bytes',
  unit: 'events/s',
  target: { bound: 'at least', ratio: 0.1 },
  async prepare() {
    const documents = inventedDocuments();
    const catalogue = new Catalogue();
    for (const document of documents) catalogue.put(document);
    let version = 1;

    return {
      async subject() {
        version += 1;
        const events = eventsOf(documents, version);
        const value = await perSecond(events.length, async () => {
          for (const event of events) applyChange(catalogue, parseEnvelope(changeFeed, event), new Date());
        });
        const changed = documents.slice(0, changesOfARound);
        const correct =
          changed.every(({ id }) => catalogue.document(id)?.version === version) &&
          catalogue.search({ query: `판 ${version}`, limit: 1, today: '2026-11-20' }).total >= changesOfARound &&
          catalogue.size === size;
        return { value, correct };
      },
      async reference() {
        const events = eventsOf(documents, version);
        const value = await perSecond(events.length, async () => {
          for (const event of events) JSON.parse(event.toString('utf8'));
        });
        return { value, correct: true };
      },
      figures: async () => ({ ...(await snapshotFigures(catalogue)), ...(await visibilityFigures()) }),
      close: async () => {},
    };
  },
};

/** Each with another title, so that its place in the search changes too. */
function eventsOf(documents: readonly PerformanceDocument[], version: number): Buffer[] {
  return documents.slice(0, changesOfARound).map((document) => {
    const title = { ...document.title, ko: `${document.title.ko} 판 ${version}` };
    const data = { change: 'put', performanceId: document.id, version } as const;
    const changed = { ...data, document: { ...document, title, version } };
    return Buffer.from(JSON.stringify(createEnvelope(changeFeed, changed, { service: service.name })));
  });
}

async function snapshotFigures(catalogue: Catalogue) {
  const folder = await mkdtemp(join(tmpdir(), 'catalogue-snapshot-'));
  try {
    const path = join(folder, 'catalogue.snapshot');
    const started = performance.now();
    await writeSnapshot(path, { catalogue, offset: 1, completeAt: 0 });
    const written = performance.now();
    const read = await readSnapshot(path);
    if (read?.catalogue.size !== size) throw new Error('the snapshot has not what was written');
    return {
      'ms to build 50 000 from a snapshot': Math.round(performance.now() - written),
      'ms to write a snapshot': Math.round(written - started),
      'MB of a snapshot': Math.round((await stat(path)).size / 1e6),
    };
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** From the commit of the write side until another process shows it, through outbox, RabbitMQ and HTTP. */
async function visibilityFigures() {
  await using database = await createTestDatabase(service);
  await using broker = await createTestBroker([service]);
  const servers = { mariadb: database.url, amqp: broker.url(service) };
  await using writeSide = await openWriteSide(servers);
  const folder = await mkdtemp(join(tmpdir(), 'catalogue-replica-'));
  const jwks = join(folder, 'jwks.json');
  await writeJwks(jwks, createKeySet(await generateKey(), new Date()));
  const replica = new Replica({ servers, directory: folder, jwks });
  try {
    await replica.startReady();
    const { id } = await writeSide.addShow(await writeSide.addHouse());
    const times: number[] = [];
    for (let change = 0; change < commits; change += 1) {
      const title = `공연 ${change}`;
      await writeSide.rename(id, title);
      const committed = performance.now();
      const shown = async () => (await (await replica.get(`/${id}`)).text()).includes(`"${title}"`);
      await waitFor(shown, { intervalMs: 1, what: 'a change to be visible' });
      times.push(performance.now() - committed);
    }
    times.sort((a, b) => a - b);
    const at = (share: number) => Math.round(times[Math.floor(times.length * share)] ?? Number.NaN);
    return { 'median ms from commit to visible': at(0.5), 'p99 ms from commit to visible': at(0.99) };
  } finally {
    await replica.stop('SIGKILL');
    await rm(folder, { recursive: true });
  }
}

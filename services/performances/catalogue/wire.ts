import { join } from 'node:path';
import { openBroker } from '@ticketaka/platform/broker';
import { fileStoreUrl, openFileStore } from '@ticketaka/platform/file-store';
import type { Logger } from '@ticketaka/platform/log';
import type { Runtime, Wiring } from '@ticketaka/platform/runtime';
import { z } from 'zod';
import { api } from '../api.ts';
import type { Schema } from '../store/schema.ts';
import { BackgroundDatabase } from './background-database.ts';
import { Catalogue } from './catalogue.ts';
import { DamagedFile } from './checked-file.ts';
import { Feed } from './feed.ts';
import { Freshness } from './freshness.ts';
import { type CatalogueRoute, catalogueHandlers, onceComplete } from './http/handlers.ts';
import { SeatMaps } from './seat-maps.ts';
import { readSnapshot, type Snapshot } from './snapshot.ts';
import { type Compares, snapshotPathIn, Upkeep } from './upkeep.ts';

export const config = z.object({
  /** A directory of this replica's own, that is still there when it starts again. */
  SNAPSHOT_DIR: z.string().min(1),
  FILE_STORE_URL: fileStoreUrl,
});

export interface Overrides {
  /** @default 'always' */
  readonly compares?: Compares;
  /** How RabbitMQ is reached. @default as every workload does */
  readonly openBroker?: typeof openBroker;
}

const now = () => new Date();

/** The read side: all of it in memory, and nothing that it waits for but its snapshot. */
export async function wireCatalogue(
  runtime: Runtime<z.output<typeof config>>,
  { compares, openBroker: open = openBroker }: Overrides = {},
): Promise<Wiring> {
  const { log, metrics, health, service } = runtime;
  const { SNAPSHOT_DIR: directory, MARIADB_URL, AMQP_URL } = runtime.config;
  if (MARIADB_URL === undefined || AMQP_URL === undefined) throw new TypeError('the service declares both');
  const snapshotPath = snapshotPathIn(directory);
  const snapshot = await snapshotOrNone(snapshotPath, log);
  const { catalogue, offset, completeAt } = snapshot ?? {
    catalogue: new Catalogue(),
    offset: undefined,
    completeAt: Date.now(),
  };

  const database = new BackgroundDatabase<Schema>({ url: MARIADB_URL, log, metrics, health });
  const db = () => database.database;
  const seatMaps = new SeatMaps({ directory: join(directory, 'seat-maps'), db, log });
  health.declare('rabbitmq', { vital: false });
  const feed = new Feed({
    catalogue,
    offset,
    completeAt,
    openBroker: () => open({ url: AMQP_URL, service: service.name, log, metrics, health }),
    log,
    now,
    onGap: () => upkeep.compare(),
    onChange: (id) => void keepSeatMaps(id),
  });
  const freshness = new Freshness(() => now().getTime(), completeAt);
  const upkeep = new Upkeep({
    catalogue,
    db,
    feed,
    freshness,
    seatMaps,
    snapshotPath,
    complete: snapshot !== undefined,
    compares,
    health,
    log,
    metrics,
    now,
  });
  const files = openFileStore({ url: runtime.config.FILE_STORE_URL, log });
  const handlers = catalogueHandlers({ catalogue, freshness, seatMaps, files, now });
  return {
    app: runtime.app<typeof api, CatalogueRoute>({ api, handlers: onceComplete(handlers, () => upkeep.complete) }),
    components: [database, feed, upkeep],
  };

  /** So that a new map can be shown when MariaDB goes away in the next moment. */
  async function keepSeatMaps(id: string): Promise<void> {
    try {
      await seatMaps.keep(catalogue.seatMapIdsOf(id));
    } catch (error) {
      log.debug({ err: error }, 'a seat map is fetched when the catalogue is compared with MariaDB next');
    }
  }
}

async function snapshotOrNone(path: string, log: Logger): Promise<Snapshot | undefined> {
  const startedAt = performance.now();
  try {
    const snapshot = await readSnapshot(path);
    const ms = Math.round(performance.now() - startedAt);
    if (snapshot) log.info({ performances: snapshot.catalogue.size, ms }, 'catalogue read from its snapshot');
    return snapshot;
  } catch (error) {
    if (!(error instanceof DamagedFile)) throw error;
    log.warn({ err: error }, 'the snapshot is damaged and ignored');
    return undefined;
  }
}

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDirectory } from '@ticketaka/platform/file-store';
import { createApp, createServer, listen } from '@ticketaka/platform/http';
import { createLogger } from '@ticketaka/platform/log';
import { createMetrics } from '@ticketaka/platform/metrics';
import { api } from '../../api.ts';
import { Catalogue } from '../catalogue.ts';
import { Freshness } from '../freshness.ts';
import { type CatalogueRoute, catalogueHandlers } from '../http/handlers.ts';

const identity = { service: 'performances', workload: 'catalogue' };

export interface CatalogueServerOptions {
  readonly now: () => Date;
  /** Geometry as JSON, by the id of its map. */
  readonly maps?: ReadonlyMap<string, Buffer>;
}

/** What the read side answers, over HTTP, from a catalogue that the test fills. */
export async function startCatalogue({ now, maps = new Map() }: CatalogueServerOptions) {
  const directory = await mkdtemp(join(tmpdir(), 'catalogue-'));
  const [catalogue, files] = [new Catalogue(), openDirectory(directory)];
  const freshness = new Freshness(() => now().getTime(), now().getTime());
  for (const source of ['feed', 'mariadb'] as const) freshness.set(source, 'well');
  const seatMaps = { read: async (id: string) => maps.get(id) };
  const handlers = catalogueHandlers({ catalogue, freshness, seatMaps, files, now });
  const app = createApp<typeof api, CatalogueRoute>({
    api,
    handlers,
    // The names of all handlers are those of its routes.
    serves: Object.keys(handlers) as CatalogueRoute[],
    log: createLogger({ ...identity, level: 'silent' }),
    metrics: createMetrics({ ...identity, ofProcess: false }),
    checkResponses: 'throw',
  });
  const server = await listen(createServer(app), 0, '127.0.0.1');
  return {
    catalogue,
    files,
    freshness,
    /** @param path below `/api/performances` */
    get(path: string, headers: Readonly<Record<string, string>> = {}): Promise<Response> {
      return fetch(`${server.url}${api.base}${path}`, { headers });
    },
    async [Symbol.asyncDispose]() {
      await server.close();
      await rm(directory, { recursive: true });
    },
  };
}

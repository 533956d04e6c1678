import { tmpdir } from 'node:os';
import { openDirectory } from '@ticketaka/platform/file-store';
import { createApp } from '@ticketaka/platform/http';
import { createLogger } from '@ticketaka/platform/log';
import { createMetrics } from '@ticketaka/platform/metrics';
import { demoSeatMaps } from '../../../local/demo/index.ts';
import { api } from '../../../services/performances/api.ts';
import { Catalogue } from '../../../services/performances/catalogue/catalogue.ts';
import { Freshness } from '../../../services/performances/catalogue/freshness.ts';
import { type CatalogueRoute, catalogueHandlers } from '../../../services/performances/catalogue/http/handlers.ts';
import { countUnits } from '../../../services/performances/domain/seat-map.ts';
import { inventedDocuments } from './catalogue-data.ts';
import { serveBesideEmpty } from './child-side.ts';
import { seatMapId, stadiumShow } from './stadium-show.ts';

/** The server of the cases `seat-map` and `search-http`, in a process of its own so that its CPU time can be told. */
const identity = { service: 'bench', workload: 'http' };
const surroundings = () =>
  ({ log: createLogger(identity), metrics: createMetrics(identity), checkResponses: 'log' }) as const;

/** The read side over invented performances and a stadium, without the servers behind it. */
function catalogue() {
  const held = new Catalogue();
  const documents = inventedDocuments();
  for (const document of documents) held.put(document);
  const stadium = demoSeatMaps().find(({ map }) => countUnits(map) === 50_000);
  const [played] = documents;
  if (!stadium || !played) throw new Error('there is no stadium');
  held.put(stadiumShow(played, stadium.map));
  const geometry = Buffer.from(JSON.stringify(stadium.map));
  const instant = Date.parse('2026-11-20T03:00:00Z');
  const now = () => new Date(instant);
  const freshness = new Freshness(() => instant, instant);
  const seatMaps = { read: async (id: string) => (id === seatMapId ? geometry : undefined) };
  const handlers = catalogueHandlers({ catalogue: held, freshness, seatMaps, files: openDirectory(tmpdir()), now });
  // The names of all handlers are those of its routes.
  const serves = Object.keys(handlers) as CatalogueRoute[];
  return createApp<typeof api, CatalogueRoute>({ api, handlers, serves, ...surroundings() });
}

await serveBesideEmpty(catalogue());

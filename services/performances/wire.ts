import { fileStoreUrl, openFileStore } from '@ticketaka/platform/file-store';
import { createOutbox } from '@ticketaka/platform/outbox';
import type { Runtime, Wiring } from '@ticketaka/platform/runtime';
import { z } from 'zod';
import { api } from './api.ts';
import { collectorHandlers } from './http/collector.ts';
import { handlers } from './http/handlers.ts';
import { migrations } from './migrations/index.ts';
import { createImageRenderer } from './posters/image-renderer.ts';
import { createPosterSweep, posterHandlers } from './posters/index.ts';
import type { Schema } from './store/schema.ts';

export const config = z.object({
  /** Where the images of posters are kept; the same for every workload. */
  FILE_STORE_URL: fileStoreUrl,
});

export interface Overrides {
  /** @default the clock of this machine */
  readonly now?: () => Date;
  /** How often files that are to go are looked for, in milliseconds. @default 30 000 */
  readonly sweepPollMs?: number;
}

/** The write side: what organisers and admins do, and an event for each change. */
export async function wireApi(runtime: Runtime<z.output<typeof config>>, overrides: Overrides = {}): Promise<Wiring> {
  const { log, metrics, service } = runtime;
  const { now = () => new Date() } = overrides;
  const db = await runtime.database<Schema>(migrations);
  const broker = await runtime.broker();
  const outbox = createOutbox({ service: service.name, db, broker, log, metrics });
  const files = openFileStore({ url: runtime.config.FILE_STORE_URL, log });
  const parts = { db, outbox, now };
  const posters = posterHandlers({ ...parts, files, images: createImageRenderer() });
  const served = { ...handlers(parts), ...collectorHandlers({ db }), ...posters };
  return {
    app: runtime.app<typeof api, keyof typeof served>({ api, handlers: served }),
    components: [outbox, createPosterSweep({ db, files, log, metrics, pollMs: overrides.sweepPollMs })],
  };
}

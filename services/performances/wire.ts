import { createOutbox } from '@ticketaka/platform/outbox';
import type { Runtime, Wiring } from '@ticketaka/platform/runtime';
import { api } from './api.ts';
import { collectorHandlers } from './http/collector.ts';
import { handlers } from './http/handlers.ts';
import { notWired } from './http/not-wired.ts';
import { migrations } from './migrations/index.ts';
import type { Schema } from './store/schema.ts';

export interface Overrides {
  /** @default the clock of this machine */
  readonly now?: () => Date;
}

/** The write side: what organisers and admins do, and an event for each change. */
export async function wireApi(runtime: Runtime<unknown>, overrides: Overrides = {}): Promise<Wiring> {
  const { log, metrics, service } = runtime;
  const { now = () => new Date() } = overrides;
  const db = await runtime.database<Schema>(migrations);
  const broker = await runtime.broker();
  const outbox = createOutbox({ service: service.name, db, broker, log, metrics });
  const served = { ...handlers({ db, outbox, now }), ...collectorHandlers({ db }), ...notWired };
  return {
    app: runtime.app<typeof api, keyof typeof served>({ api, handlers: served }),
    components: [outbox],
  };
}

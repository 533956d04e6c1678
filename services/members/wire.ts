import { api as auth } from '@ticketaka/auth/api';
import type { Client } from '@ticketaka/platform/client';
import { createPruning } from '@ticketaka/platform/mariadb';
import { createOutbox } from '@ticketaka/platform/outbox';
import type { Runtime, Wiring } from '@ticketaka/platform/runtime';
import { api } from './api.ts';
import { ticketLifetimeSeconds } from './domain/verification.ts';
import { settleSignUps } from './events/settle-sign-ups.ts';
import { handlers } from './http/handlers.ts';
import { createLimits } from './http/limits.ts';
import { migrations } from './migrations/index.ts';
import { service } from './service.ts';
import type { Schema } from './store/schema.ts';

export interface Overrides {
  /** @default auth through the mesh */
  readonly auth?: Client<typeof auth>;
  /** How often it is looked for sign-ups that were left behind. @default 5000 */
  readonly settlePollMs?: number;
}

export async function wireApi(runtime: Runtime<unknown>, overrides: Overrides = {}): Promise<Wiring> {
  const { log, metrics } = runtime;
  const db = await runtime.database<Schema>(migrations);
  const redis = await runtime.redis();
  const broker = await runtime.broker();
  const outbox = createOutbox({ service: service.name, db, broker, log, metrics });
  const deps = {
    db,
    outbox,
    auth: overrides.auth ?? runtime.client(auth),
    limits: createLimits((limit) => runtime.rateLimiter(redis, limit)),
  };
  // A ticket is given while its code lives, so a row this old has neither.
  const pruning = createPruning({
    db,
    log,
    table: 'verifications',
    column: 'code_expires_at',
    olderThanSeconds: ticketLifetimeSeconds,
  });
  return {
    app: runtime.app({ api, handlers: handlers(deps) }),
    components: [outbox, settleSignUps({ ...deps, log, metrics, pollMs: overrides.settlePollMs }), pruning],
  };
}

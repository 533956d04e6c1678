import type { Runtime, Wiring } from '@ticketaka/platform/runtime';
import { z } from 'zod';
import { api } from './api.ts';
import { openKeyFile } from './crypto/key-file.ts';
import { createPasswordHasher, type PasswordHasherOptions } from './crypto/password-hasher.ts';
import { createTokenSigner } from './crypto/token-signer.ts';
import { type SessionLimits, sessionLimits } from './domain/rotation.ts';
import { consumeWithdrawals } from './events/consume-withdrawals.ts';
import { accountHandlers } from './http/account-handlers.ts';
import { publicHandlers } from './http/public-handlers.ts';
import { migrations } from './migrations/index.ts';
import { createPruner } from './store/pruner.ts';
import type { AuthSchema } from './store/schema.ts';
import { createSignInLimits } from './store/sign-in-limits.ts';

export const config = z.object({
  /** The private key set. */
  KEYS_FILE: z.string(),
  JWT_ISSUER: z.string(),
  JWT_AUDIENCE: z.string(),
  /** `false` only where the gateway speaks plain HTTP. */
  COOKIE_SECURE: z.stringbool().default(true),
});

export interface Overrides {
  /** @default 30 days, 14 days idle, 10 s of grace */
  readonly sessions?: SessionLimits;
  readonly hasher?: Pick<PasswordHasherOptions, 'concurrency' | 'queue'>;
}

export async function wireApi(runtime: Runtime<z.output<typeof config>>, overrides: Overrides = {}): Promise<Wiring> {
  const { log, metrics, config: settings } = runtime;
  const { sessions = sessionLimits, hasher } = overrides;
  const keys = await openKeyFile(settings.KEYS_FILE, { log, metrics });
  const db = await runtime.database<AuthSchema>(migrations);
  const redis = await runtime.redis();
  const parts = {
    db,
    hasher: await createPasswordHasher({ metrics, ...hasher }),
    signer: createTokenSigner({ keys, issuer: settings.JWT_ISSUER, audience: settings.JWT_AUDIENCE }),
    limits: createSignInLimits({ redis, log, rateLimiter: (limit) => runtime.rateLimiter(redis, limit) }),
    sessions,
    log,
  };
  const cookies = { secure: settings.COOKIE_SECURE };
  const handlers = { ...publicHandlers({ parts, keys, cookies }), ...accountHandlers(parts) };
  const withdrawals = consumeWithdrawals(await runtime.broker(), parts);
  return {
    app: runtime.app({ api, handlers }),
    components: [withdrawals, createPruner({ db, limits: sessions, log })],
  };
}

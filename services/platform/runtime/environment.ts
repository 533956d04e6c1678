import { z } from 'zod';
import { type Service, usesBroker, workloadName } from '../contract/index.ts';
import { redisProtocols } from '../redis/index.ts';

const port = z.coerce.number().int().min(0).max(65_535);

const base = z.object({
  ADMIN_PORT: port,
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  /** Address to listen on. The sidecar reaches a workload by loopback and by the pod's address. */
  HOST: z.string().default('0.0.0.0'),
  /** How the world reaches the gateway. */
  PUBLIC_URL: z.url().default('http://localhost:8080'),
  /** Milliseconds between "not ready" and the first stop. */
  DRAIN_MS: z.coerce.number().int().min(0).default(0),
  /** Multiplies every rate limit: more for a load test, less for a nervous day. */
  RATE_LIMIT_SCALE: z.coerce.number().positive().default(1),
  /**
   * Proxies before this process that may be believed about X-Forwarded-For, the gateway included: 2 where one more stands
   * before the gateway. Too few, and every client has the address of that one, and shares its limits with all others.
   * @default 1
   */
  TRUSTED_PROXIES: z.coerce.number().int().min(1).optional(),
  /** What a response that breaks its schema does: see `createApp`. */
  CHECK_RESPONSES: z.enum(['throw', 'log']).default('log'),
  OTEL_EXPORTER_OTLP_ENDPOINT: z.url().optional(),
});

const http = z.object({ PORT: port });
const tokens = z.object({ JWKS_FILE: z.string(), JWT_ISSUER: z.string(), JWT_AUDIENCE: z.string() });
const stores = {
  mariadb: z.object({ MARIADB_URL: z.url({ protocol: /^mariadb$/ }) }),
  redis: z.object({ REDIS_URL: z.url({ protocol: redisProtocols }) }),
  broker: z.object({ AMQP_URL: z.url({ protocol: /^amqps?$/ }) }),
};

export type Environment = z.output<typeof base> &
  Partial<z.output<typeof http & typeof tokens & typeof stores.mariadb & typeof stores.redis & typeof stores.broker>>;

/** Whether any route of the service asks for a token. */
export function needsTokens(service: Service): boolean {
  return Object.values(service.api?.routes ?? {}).some(
    ({ access }) => access.level === 'member' || access.level === 'role',
  );
}

/**
 * The variables that a workload needs, derived from its declaration: what it does not own or do, it is not asked for.
 * @throws when the service declares no such workload
 */
export function environmentOf(service: Service, workload: string): z.ZodObject {
  const declared = service.workloads[workload];
  if (!declared) throw new Error(`${workloadName(service.name, workload)} is not declared`);
  const parts = [
    declared.kind === 'http' && http,
    needsTokens(service) && tokens,
    service.owns.mariadb && stores.mariadb,
    service.owns.redis && stores.redis,
    usesBroker(service) && stores.broker,
  ];
  return parts.reduce<z.ZodObject>((schema, part) => (part ? schema.extend(part.shape) : schema), base);
}

import { Redis } from 'ioredis';
import type { Health } from '../lifecycle/index.ts';
import type { Logger } from '../log/index.ts';

export interface RedisOptions {
  /** `redis://user:password@host:port` */
  readonly url: string;
  /** Its name is the prefix of every key: `auth:`. */
  readonly service: string;
  readonly log: Logger;
  readonly health?: Health | undefined;
  /**
   * Whether the process is out of service while Redis is away. Rate limits go on without it, from memory.
   * @default false
   */
  readonly vital?: boolean | undefined;
  /** Milliseconds for the reply to a command. @default 1000 */
  readonly commandTimeoutMs?: number | undefined;
}

const connectTimeoutMs = 5_000;
/** A connection that is silent for so long under a waiting command is dropped, and made anew. */
const silenceMs = 5_000;
const loadingPollMs = 100;

/**
 * Connects to Redis. Resolves after the first attempt, also when Redis is away: it is tried again until it is there.
 *
 * While it is away every command fails at once: nothing is queued for later, and nothing is sent twice. `quit` or
 * `disconnect` ends it.
 */
export async function openRedis(options: RedisOptions): Promise<Redis> {
  const { url, service, log, health, vital = false, commandTimeoutMs = 1_000 } = options;
  health?.declare('redis', { vital });
  const redis = new Redis(url, {
    lazyConnect: true,
    keyPrefix: `${service}:`,
    connectionName: service,
    // A user with rights on its own keys may neither read INFO nor tell its library.
    enableReadyCheck: false,
    disableClientInfo: true,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    connectTimeout: connectTimeoutMs,
    commandTimeout: commandTimeoutMs,
    socketTimeout: silenceMs,
    retryStrategy: (attempt) => Math.min(2_000, 50 * 2 ** Math.min(attempt, 10)) * (0.5 + Math.random() / 2),
  });

  let reportedLost = false;
  let why: unknown;

  function lost() {
    health?.set('redis', 'down', why instanceof Error ? why.message : 'connection closed');
    if (reportedLost) return;
    reportedLost = true;
    log.warn({ err: why }, 'Redis lost, trying again until it is back');
  }

  async function found() {
    try {
      await redis.ping();
    } catch (error) {
      why = error;
      // Redis answers so while it reads its data back from disk.
      if (error instanceof Error && error.message.startsWith('LOADING'))
        setTimeout(() => void found(), loadingPollMs).unref();
      return;
    }
    health?.set('redis', 'up');
    if (reportedLost) log.info('Redis found again');
    reportedLost = false;
  }

  let ended = false;
  redis.on('error', (error) => {
    why = error;
  });
  redis.on('close', () => {
    if (!ended) lost();
  });
  redis.on('end', () => {
    ended = true;
  });
  const firstAttempt = new Promise<void>((resolve) => {
    redis.on('ready', () => void found().then(resolve));
    redis.once('close', resolve);
  });
  // The outcome is told by the events.
  redis.connect().catch(() => undefined);
  await firstAttempt;
  return redis;
}

import { setTimeout as delay } from 'node:timers/promises';
import { isNativeError } from 'node:util/types';
import { Redis } from 'ioredis';
import { backOff } from '../back-off/index.ts';
import type { Health } from '../lifecycle/index.ts';
import type { Logger } from '../log/index.ts';
import { parseRedisUrl } from './address.ts';

export interface RedisOptions {
  /** What `parseRedisUrl` reads: a server, or sentinels that know which of several it is. */
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

/**
 * Sends the commands of one turn of the event loop together: a system call for each costs more than making it. And says of
 * a command that got no answer that it may be tried again, as everything does that is not there for a moment.
 */
class OurRedis extends Redis {
  override sendCommand(...sent: Parameters<Redis['sendCommand']>): unknown {
    // Before whoever sent it: they are told by the promise that is given to them, which comes after this one.
    sent[0].promise.catch(markUnanswered);
    const { stream } = this;
    if (this.status === 'ready' && stream.writableCorked === 0) {
      stream.cork();
      setImmediate(() => stream.uncork());
    }
    return super.sendCommand(...sent);
  }
}

/** What Redis answers is no outage: a command that it refuses is refused the next time, too. */
function markUnanswered(error: unknown) {
  if (isNativeError(error) && error.name !== 'ReplyError') Object.assign(error, { unavailable: true });
}

const connectTimeoutMs = 5_000;
/** A connection that is silent for so long under a waiting command is dropped, and made anew. */
const silenceMs = 5_000;
const lookAgainMs = 100;

/**
 * Connects to Redis. Resolves after the first attempt, also when Redis is away: it is tried again until it is there.
 *
 * While it is away every command fails at once: nothing is queued for later, and nothing is sent twice. Errors of commands
 * without an answer have `unavailable: true`. `quit` or `disconnect` ends it.
 *
 * Behind sentinels it follows the master: when they tell of another one, when the one it has refuses to write, and when
 * the one it was sent to says that it is none. Redis copies to replicas after it has answered, so what was written in the
 * last moments of a master that is lost may be gone.
 * @throws for a URL that is none of Redis
 */
export async function openRedis(options: RedisOptions): Promise<Redis> {
  const { url, service, log, health, vital = false, commandTimeoutMs = 1_000 } = options;
  health?.declare('redis', { vital });
  const address = parseRedisUrl(url);
  let reportedLost = false;
  let why: unknown;
  const firstAttempt = Promise.withResolvers<void>();

  const redis = new OurRedis({
    ...address,
    lazyConnect: true,
    keyPrefix: `${service}:`,
    connectionName: service,
    // Looked after below; these two need rights that a user of some keys has no use for.
    enableReadyCheck: false,
    disableClientInfo: true,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    connectTimeout: connectTimeoutMs,
    commandTimeout: commandTimeoutMs,
    socketTimeout: silenceMs,
    disconnectTimeout: 500,
    retryStrategy: (attempt) => backOff(attempt - 1),
    // A server that was a master until just now. The command fails: whoever sent it knows whether it may be sent twice.
    reconnectOnError: ({ message }) => message.startsWith('READONLY'),
    ...(address.sentinels && {
      sentinelCommandTimeout: commandTimeoutMs,
      sentinelRetryStrategy: (attempt) => {
        // No sentinel answered: the client goes on asking, without an event that says so.
        lost();
        firstAttempt.resolve();
        return backOff(attempt - 1);
      },
      sentinelReconnectStrategy: (attempt) => backOff(attempt - 1),
      failoverDetector: true,
    }),
  });

  function lost() {
    health?.set('redis', 'down', why instanceof Error ? why.message : 'connection closed');
    if (reportedLost) return;
    reportedLost = true;
    log.warn({ err: why }, 'Redis lost, trying again until it is back');
  }

  async function look() {
    // Connected is not enough: Redis refuses every command while it reads its data back from disk.
    while (redis.status === 'ready') {
      try {
        // A sentinel that was cut off from the others sends to the master of yesterday.
        if (address.sentinels && !(await redis.info('replication')).includes('role:master')) {
          why = new Error('the sentinels sent to a replica');
          redis.disconnect(true);
          return;
        }
        await redis.ping();
        health?.set('redis', 'up');
        if (reportedLost) log.info('Redis found again');
        reportedLost = false;
        return;
      } catch (error) {
        why = error;
      } finally {
        firstAttempt.resolve();
      }
      lost();
      await delay(lookAgainMs, undefined, { ref: false });
    }
  }

  redis.on('error', (error) => {
    why = error;
  });
  redis.on('sentinelError', (error) => {
    why = error;
  });
  // Not `close`, which comes as well when it is ended on purpose.
  redis.on('reconnecting', lost);
  redis.on('ready', () => void look());
  redis.once('close', firstAttempt.resolve);
  // The outcome is told by the events.
  redis.connect().catch(() => undefined);
  await firstAttempt.promise;
  return redis;
}

import type { Logger } from '@ticketaka/platform/log';
import type { Redis } from '@ticketaka/platform/redis';
import { activeKey } from './keys.ts';
import { retire } from './lua/image.ts';
import { defineScript } from './script.ts';

/** Noted for so much longer, so that most holds need not note anything. It stays until a sweep finds nothing pending. */
const slackMs = 15 * 60_000;
const mostRemembered = 10_000;

export interface ActiveSessions {
  /** Has the session looked after until something in it ended. Mostly asks nothing of Redis. Never fails. */
  note(sessionId: string, until: { readonly epoch: number; readonly expiresAtMs: number }): Promise<void>;
  /** Ends looking after it when its time is over. */
  retire(sessionId: string): Promise<void>;
  list(): Promise<readonly string[]>;
}

export function createActiveSessions(redis: Redis, log: Logger | undefined): ActiveSessions {
  const retireScript = defineScript(redis, 'retire', retire);
  // After a flush there is another epoch, and it is noted anew.
  const noted = new Map<string, { readonly epoch: number; readonly untilMs: number }>();
  return {
    async note(sessionId, { epoch, expiresAtMs }) {
      const before = noted.get(sessionId);
      if (before?.epoch === epoch && expiresAtMs <= before.untilMs) return;
      if (noted.size >= mostRemembered) noted.clear();
      const untilMs = expiresAtMs + slackMs;
      noted.set(sessionId, { epoch, untilMs });
      try {
        await redis.zadd(activeKey, 'GT', String(untilMs), sessionId);
      } catch (error) {
        noted.delete(sessionId);
        log?.warn({ err: error, sessionId }, 'not noted that something ends in a session; the next hold tries again');
      }
    },
    async retire(sessionId) {
      await retireScript(activeKey, sessionId);
    },
    list: () => redis.zrange(activeKey, '0', '-1'),
  };
}

import type { Redis } from '@ticketaka/platform/redis';
import type { ChangeStream } from './picture.ts';
import { positionText } from './position.ts';
import type { Entry, SessionMirror } from './session-mirror.ts';

/** Shorter than the connection waits for a reply. A session that was just opened is read after this at the latest. */
const blockMs = 250;
/** Changes of one session that are taken at once. */
const mostEntries = 1_000;

/** Reads the changes of many sessions by one connection of its own, which is often blocked. */
export class ChangeReader {
  readonly #redis: Redis;
  readonly #changes: ChangeStream;
  readonly #prefix: string;

  constructor(redis: Redis, changes: ChangeStream) {
    this.#redis = redis.duplicate({ connectionName: 'availability', enableAutoPipelining: false });
    // It is tried again for as long as it takes; whoever reads is told by the command that fails.
    this.#redis.on('error', () => undefined);
    this.#changes = changes;
    this.#prefix = redis.options.keyPrefix ?? '';
  }

  async connect(): Promise<void> {
    await this.#redis.connect().catch(() => undefined);
  }

  get connected(): boolean {
    return this.#redis.status === 'ready';
  }

  /** Waits for a moment at most. @throws when Redis is away */
  async read(mirrors: readonly SessionMirror[]): Promise<Map<SessionMirror, readonly Entry[]>> {
    const byKey = new Map<string, SessionMirror>();
    const ids: string[] = [];
    for (const mirror of mirrors) {
      if (!mirror.position) continue;
      byKey.set(this.#changes.keyOf(mirror.id), mirror);
      ids.push(positionText(mirror.position));
    }
    const keys = [...byKey.keys()];
    const reply = await this.#redis.xread('COUNT', mostEntries, 'BLOCK', blockMs, 'STREAMS', ...keys, ...ids);
    const entries = new Map<SessionMirror, readonly Entry[]>();
    for (const [key, found] of reply ?? []) {
      const mirror = byKey.get(key.slice(this.#prefix.length));
      if (mirror) entries.set(mirror, found);
    }
    return entries;
  }

  close(): void {
    this.#redis.disconnect();
  }
}

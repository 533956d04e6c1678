import { randomUUID } from 'node:crypto';
import { Loop } from '@ticketaka/platform/due-work';
import type { Component } from '@ticketaka/platform/lifecycle';
import type { Logger } from '@ticketaka/platform/log';
import type { Redis } from '@ticketaka/platform/redis';
import { z } from 'zod';

const tellMs = 1_000;
/** A replica that has said nothing for so long is gone. */
const goneMs = 5_000;
const keptSeconds = 30;
const told = z.tuple([z.number(), z.number(), z.number()]);

const keyOf = (sessionId: string) => `{${sessionId}}:load`;

/** What the replicas together were asked for. */
export interface MeasuredLoad {
  readonly replicas: number;
  /** Requests for holds a second, whatever became of them. */
  readonly perSecond: number;
  /** The 99th percentile of the slowest replica, in milliseconds. */
  readonly latencyMs: number;
}

/** Counts the requests for holds of each session in this replica, and tells the others once a second through Redis. */
export class HoldLoad implements Required<Component> {
  readonly name = 'load of holds';
  readonly #redis: Redis;
  readonly #replica = randomUUID();
  readonly #loop: Loop;
  #spans = new Map<string, number[]>();
  #since = performance.now();

  constructor({ redis, log }: { readonly redis: Redis; readonly log: Logger }) {
    this.#redis = redis;
    this.#loop = new Loop({
      name: this.name,
      log,
      round: async () => {
        await this.#tell();
        return tellMs;
      },
    });
  }

  note(sessionId: string, milliseconds: number): void {
    const spans = this.#spans.get(sessionId);
    if (spans) spans.push(milliseconds);
    else this.#spans.set(sessionId, [milliseconds]);
  }

  async start(): Promise<void> {
    this.#loop.start();
  }

  stop(): Promise<void> {
    return this.#loop.stop();
  }

  async #tell(): Promise<void> {
    const spans = this.#spans;
    const seconds = (performance.now() - this.#since) / 1_000;
    this.#spans = new Map();
    this.#since = performance.now();
    for (const [sessionId, of] of spans) {
      const sorted = of.toSorted((a, b) => a - b);
      const slow = sorted[Math.floor(sorted.length * 0.99)] ?? 0;
      const key = keyOf(sessionId);
      const value = JSON.stringify([Date.now(), of.length / seconds, slow]);
      await this.#redis.multi().hset(key, this.#replica, value).expire(key, keptSeconds).exec();
    }
  }
}

/** For whoever decides how many are let in. @throws when Redis is away */
export async function readLoad(redis: Redis, sessionId: string): Promise<MeasuredLoad> {
  const replicas = Object.values(await redis.hgetall(keyOf(sessionId)))
    .map((text) => told.parse(JSON.parse(text)))
    .filter(([at]) => Date.now() - at < goneMs);
  return {
    replicas: replicas.length,
    perSecond: replicas.reduce((sum, [, perSecond]) => sum + perSecond, 0),
    latencyMs: Math.max(0, ...replicas.map(([, , slow]) => slow)),
  };
}

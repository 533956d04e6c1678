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
/** One pause is no load: how busy a replica is, is measured over so many tellings. */
const busyOver = 3;
const told = z.tuple([z.number(), z.number(), z.number(), z.number(), z.number()]);

const keyOf = (sessionId: string) => `{${sessionId}}:holds`;

/** What one replica was asked for. */
export interface ReplicaLoad {
  /** Requests for holds a second that were answered, whatever became of them. */
  readonly perSecond: number;
  /** Of these the 99th percentile, in milliseconds. */
  readonly latencyMs: number;
  /** Of these in work at the same time, on average. */
  readonly atOnce: number;
  /** Part of the time in which its event loop was at work, whatever at. */
  readonly busy: number;
}

/** Counts the requests for holds of each session in this replica, and tells the others once a second through Redis. */
export class HoldLoad implements Required<Component> {
  readonly name = 'load of holds';
  readonly #redis: Redis;
  readonly #now: () => Date;
  readonly #replica = randomUUID();
  readonly #loop: Loop;
  #spans = new Map<string, number[]>();
  #since = performance.now();
  #loops = [performance.eventLoopUtilization()];

  /** @param options.now of a clock that all replicas have */
  constructor({ redis, log, now }: { readonly redis: Redis; readonly log: Logger; readonly now: () => Date }) {
    this.#redis = redis;
    this.#now = now;
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
    const loop = performance.eventLoopUtilization();
    const { utilization: busy } = performance.eventLoopUtilization(loop, this.#loops[0]);
    this.#loops = [...this.#loops, loop].slice(-busyOver);
    for (const [sessionId, of] of spans) {
      const sorted = of.toSorted((a, b) => a - b);
      const slow = sorted[Math.floor(sorted.length * 0.99)] ?? 0;
      const key = keyOf(sessionId);
      const atOnce = of.reduce((sum, span) => sum + span, 0) / 1_000 / seconds;
      const value = JSON.stringify([this.#now().getTime(), of.length / seconds, slow, atOnce, busy]);
      await this.#redis.multi().hset(key, this.#replica, value).expire(key, keptSeconds).exec();
    }
  }
}

/** For whoever decides how many are let in: of each replica that was asked lately. @throws when Redis is away */
export async function readLoad(redis: Redis, sessionId: string, now: Date): Promise<readonly ReplicaLoad[]> {
  return Object.values(await redis.hgetall(keyOf(sessionId)))
    .map((text) => told.parse(JSON.parse(text)))
    .filter(([at]) => now.getTime() - at < goneMs)
    .map(([, perSecond, latencyMs, atOnce, busy]) => ({ perSecond, latencyMs, atOnce, busy }));
}

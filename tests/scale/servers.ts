import { randomBytes, randomUUID } from 'node:crypto';
import { defineService } from '@ticketaka/platform/contract';
import { createLogger } from '@ticketaka/platform/log';
import { type Database, migrate, openDatabase } from '@ticketaka/platform/mariadb';
import { openRedis, type Redis } from '@ticketaka/platform/redis';
import { startPrivate, waitFor } from '@ticketaka/platform/testing';
import { createAdmission, createWaitingRoom, waitingRooms } from '../../services/reservation/waiting-room/index.ts';

const workloads = { worker: { kind: 'worker', scale: { min: 1, max: 1 } } } as const;
const owns = { mariadb: true, redis: true } as const;
const owner = defineService({ name: 'reservation', summary: 'Has queues', workloads, owns });
const log = createLogger({ service: owner.name, workload: 'scale', level: 'warn' });

/** People of one replica who are being answered at the same time. */
const atOnce = 500;
const patience = { timeoutMs: 300_000, intervalMs: 50 };

export interface ServerFigures {
  /** People a second that were written into the lobby, each in a lasting commit. */
  readonly lobbyPerSecond: number;
  /** From the closing of the lobby to the first number: draw, and all numbers in Redis. */
  readonly openingMs: number;
  /** Numbers a second for people who come after the opening, and for those who ask for theirs again. */
  readonly newPerSecond: number;
  readonly againPerSecond: number;
  readonly redisBytesPerPerson: number;
  /** From memory, in one thread. */
  readonly redeemPerSecond: number;
  readonly passChecksPerSecond: number;
  readonly pollsPerSecond: number;
}

/**
 * What one replica, one Redis and one MariaDB carry of the waiting room, all on this machine: half of the people are in
 * the lobby, half come later. MariaDB writes each commit to disk.
 */
export async function measureServers(people: number): Promise<ServerFigures> {
  await using mariadb = await startPrivate('mariadb', [owner]);
  await using server = await startPrivate('redis', [owner]);
  const db = await openDatabase<unknown>({ url: mariadb.url(owner), log });
  const redis = await openRedis({ url: server.url(owner), service: owner.name, log });
  try {
    await migrate(db, { '0001-waiting-rooms': waitingRooms }, log);
    return await measure({ db, redis }, people);
  } finally {
    redis.disconnect();
    await db.close();
  }
}

async function measure(
  { db, redis }: { readonly db: Database<unknown>; readonly redis: Redis },
  people: number,
): Promise<ServerFigures> {
  const room = createWaitingRoom({ db, redis, log, keys: [randomBytes(32)] });
  const observe = async () => Promise.reject(new Error('nobody is let in while it is measured'));
  const admission = createAdmission({ db, redis, log: log.child({}, { level: 'silent' }), observe, stepMs: 100 });
  await room.start();
  const sessionId = randomUUID();
  const members = Array.from({ length: people }, () => randomUUID());
  const half = Math.floor(people / 2);
  const [early, late] = [members.slice(0, half), members.slice(half)];
  const tokens = new Map<string, string>();
  const enter = async (member: string) => {
    const { token } = await room.enter(sessionId, member);
    tokens.set(member, token ?? '');
  };
  try {
    await room.configure(sessionId, { mode: 'on', opensAt: new Date(Date.now() + 3_600_000) });
    const lobbyPerSecond = await rate(early, enter);
    const closedAt = performance.now();
    await room.configure(sessionId, { mode: 'on', opensAt: new Date() });
    await admission.start();
    await waitFor(() => room.poll(sessionId)?.state === 'open', { ...patience, what: 'the opening' });
    const openingMs = performance.now() - closedAt;
    const newPerSecond = await rate(late, enter);
    const againPerSecond = await rate(members, enter);
    const bytes = Number(await redis.memory('USAGE', `{${sessionId}}:waiting-places`, 'SAMPLES', 1_000));
    const holder = { sessionId, memberId: members[0] ?? '' };
    // Nobody is let in here; once the room is off, everybody is.
    const pollsPerSecond = turns(1_000_000, () => room.poll(sessionId)?.state === 'open');
    await room.configure(sessionId, { mode: 'off' });
    const redeem = () => room.redeem(sessionId, holder.memberId, tokens.get(holder.memberId) ?? '');
    const redeemed = redeem();
    if (redeemed.state !== 'admitted') throw new Error(`a place was ${redeemed.state}`);
    return {
      lobbyPerSecond,
      openingMs,
      newPerSecond,
      againPerSecond,
      redisBytesPerPerson: bytes / people,
      redeemPerSecond: turns(50_000, () => redeem().state === 'admitted'),
      passChecksPerSecond: turns(100_000, () => room.verifyPass(redeemed.pass, holder)),
      pollsPerSecond,
    };
  } finally {
    await admission.stop();
    await room.stop();
  }
}

/** How many a second, with a crowd that always has its next one ready. */
async function rate<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<number> {
  const startedAt = performance.now();
  const waiting = items.values();
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      for (const item of waiting) await work(item);
    }),
  );
  return (items.length / (performance.now() - startedAt)) * 1_000;
}

function turns(count: number, isRight: () => boolean): number {
  const startedAt = performance.now();
  for (let turn = 0; turn < count; turn += 1) if (!isRight()) throw new Error('a measured answer was wrong');
  return (count / (performance.now() - startedAt)) * 1_000;
}

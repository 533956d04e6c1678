import { Unavailable } from '@ticketaka/platform/mariadb';
import type { Redis } from '@ticketaka/platform/redis';
import { readUnit, type SeatImage, unitState } from '../seats/index.ts';
import type { Load } from '../waiting-room/index.ts';
import { type ReplicaLoad, readLoad } from './hold-load.ts';

/** Seats of a usual booking. */
const averageParty = 2;

export interface AdmissionLoadOptions {
  readonly redis: Redis;
  readonly image: Pick<SeatImage, 'bits'>;
  /** Of a clock that all replicas have. */
  readonly now: () => Date;
  /** Holds a second that one replica is trusted with, until it is measured to carry fewer. */
  readonly holdsPerSecond: number;
}

/** What the waiting room is told of a session's sale. */
export function admissionLoad({ redis, image, now, holdsPerSecond }: AdmissionLoadOptions) {
  return async (sessionId: string): Promise<Load> => {
    try {
      const [replicas, picture] = await Promise.all([readLoad(redis, sessionId, now()), image.bits(sessionId)]);
      return {
        // One that has not been asked for anything yet is there all the same.
        capacityPerSecond: holdsPerSecond * Math.max(1, replicas.length),
        carriedPerSecond: carriedBy(replicas, holdsPerSecond),
        holdsPerSecond: replicas.reduce((sum, { perSecond }) => sum + perSecond, 0),
        latencyMs: Math.max(0, ...replicas.map((replica) => replica.latencyMs)),
        freeUnits: picture.kind === 'bits' ? countFree(picture) : Number.MAX_SAFE_INTEGER,
        averageParty,
        degraded: false,
      };
    } catch (error) {
      if (error instanceof Unavailable) throw error;
      // Redis is away.
      const nothing = { holdsPerSecond: 0, latencyMs: 0, freeUnits: Number.MAX_SAFE_INTEGER, averageParty };
      return { ...nothing, capacityPerSecond: holdsPerSecond, degraded: true };
    }
  };
}

/** A replica that has no more time than this is at its limit, wherever the time goes. */
const busyAt = 0.9;
/** So is what it stands on, when many holds are in work and slow. A few slow ones are no load, but an outage. */
const slowMs = 250;
const manyAtOnce = 32;

/** @returns undefined while every replica could have carried more: then nothing is known of what they carry */
function carriedBy(replicas: readonly ReplicaLoad[], holdsPerSecond: number): number | undefined {
  if (!replicas.some(isAtLimit)) return undefined;
  const carried = replicas.map((replica) => (isAtLimit(replica) ? replica.perSecond : holdsPerSecond));
  return carried.reduce((sum, each) => sum + each, 0);
}

function isAtLimit({ busy, latencyMs, atOnce }: ReplicaLoad): boolean {
  return busy >= busyAt || (latencyMs > slowMs && atOnce >= manyAtOnce);
}

function countFree({ bitmap, units }: { readonly bitmap: Uint8Array; readonly units: number }): number {
  let free = 0;
  for (let unit = 0; unit < units; unit += 1) if (readUnit(bitmap, unit) === unitState.free) free += 1;
  return free;
}

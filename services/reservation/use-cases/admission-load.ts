import { isUnavailable } from '@ticketaka/platform/mariadb';
import type { Redis } from '@ticketaka/platform/redis';
import { readUnit, type SeatImage, unitState } from '../seats/index.ts';
import type { Load } from '../waiting-room/index.ts';
import { readLoad } from './hold-load.ts';

/** Seats of a usual booking. */
const averageParty = 2;

export interface AdmissionLoadOptions {
  readonly redis: Redis;
  readonly image: Pick<SeatImage, 'bits'>;
  /** Holds a second that one replica carries, as `npm run bench -- hold` measures it. */
  readonly holdsPerSecond: number;
}

/** What the waiting room is told of a session's sale. */
export function admissionLoad({ redis, image, holdsPerSecond }: AdmissionLoadOptions) {
  return async (sessionId: string): Promise<Load> => {
    try {
      const [{ replicas, perSecond, latencyMs }, picture] = await Promise.all([
        readLoad(redis, sessionId),
        image.bits(sessionId),
      ]);
      return {
        // One that has not been asked for anything yet is there all the same.
        capacityPerSecond: holdsPerSecond * Math.max(1, replicas),
        holdsPerSecond: perSecond,
        latencyMs,
        freeUnits: picture.kind === 'bits' ? countFree(picture) : Number.MAX_SAFE_INTEGER,
        averageParty,
        degraded: false,
      };
    } catch (error) {
      if (isUnavailable(error)) throw error;
      // Redis is away.
      const nothing = { holdsPerSecond: 0, latencyMs: 0, freeUnits: Number.MAX_SAFE_INTEGER, averageParty };
      return { ...nothing, capacityPerSecond: holdsPerSecond, degraded: true };
    }
  };
}

function countFree({ bitmap, units }: { readonly bitmap: Uint8Array; readonly units: number }): number {
  let free = 0;
  for (let unit = 0; unit < units; unit += 1) if (readUnit(bitmap, unit) === unitState.free) free += 1;
  return free;
}

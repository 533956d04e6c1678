import { createInterface } from 'node:readline';
import { Redis } from 'ioredis';
import type { createClaims } from '../../services/reservation/claims/index.ts';
import { createClaims as realClaims } from '../../services/reservation/claims/index.ts';
import { type StartOptions, startReservation } from '../../services/reservation/test/reservation-server.ts';
import type { Show } from '../../services/reservation/test/shows.ts';
import type { Outage } from './history.ts';
import { startPulse } from './pulse.ts';

/** What a replica in a process of its own is told, as one line of JSON. */
export interface ReplicaOptions extends Omit<StartOptions, 'overrides'> {
  readonly shows: readonly Show[];
  /** It says `claiming` before it writes a claim, and waits for a line. */
  readonly hesitates: boolean;
}

/** What it says, each as a line of JSON. */
export type ReplicaLine =
  | { readonly says: 'ready'; readonly url: string }
  | { readonly says: 'claiming' }
  /** Redis, or this process, was silent. By its clock, which may be wrong. */
  | { readonly says: 'silence'; readonly silence: Outage; readonly now: number };

const lines = createInterface({ input: process.stdin });
const [first] = await once();
// The parent wrote it as this type.
const { shows, hesitates, ...options } = JSON.parse(first ?? '') as ReplicaOptions;

const hesitating: typeof createClaims = (of) => {
  const claims = realClaims(of);
  return {
    ...claims,
    async claim(...args) {
      say({ says: 'claiming' });
      await once();
      return await claims.claim(...args);
    },
  };
};

const server = await startReservation({
  ...options,
  overrides: { compareMs: 1_000, ...(hesitates && { claims: hesitating }) },
});
for (const show of shows) server.neighbours.add(show);
const redis = new Redis(options.servers.redis);
redis.on('error', () => undefined);
startPulse({
  servers: [() => redis.ping()],
  note: (silence) => say({ says: 'silence', silence, now: Date.now() }),
});
say({ says: 'ready', url: server.url });
// Whoever started it is gone.
lines.once('close', () => process.exit());

function say(line: ReplicaLine) {
  console.log(JSON.stringify(line));
}

function once(): Promise<[string]> {
  return new Promise((resolve) => lines.once('line', (line) => resolve([line])));
}

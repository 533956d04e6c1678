import { createInterface } from 'node:readline';
import type { createClaims } from '../../services/reservation/claims/index.ts';
import { createClaims as realClaims } from '../../services/reservation/claims/index.ts';
import { type StartOptions, startReservation } from '../../services/reservation/test/reservation-server.ts';
import type { Show } from '../../services/reservation/test/shows.ts';

/** What a replica in a process of its own is told, as one line of JSON. */
export interface ReplicaOptions extends Omit<StartOptions, 'overrides'> {
  readonly shows: readonly Show[];
  /** It says `claiming` before it writes a claim, and waits for a line. */
  readonly hesitates: boolean;
}

const lines = createInterface({ input: process.stdin });
const [first] = await once();
// The parent wrote it as this type.
const { shows, hesitates, ...options } = JSON.parse(first ?? '') as ReplicaOptions;

const hesitating: typeof createClaims = (of) => {
  const claims = realClaims(of);
  return {
    ...claims,
    async claim(...args) {
      console.log('claiming');
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
console.log(JSON.stringify({ url: server.url }));
// Whoever started it is gone.
lines.once('close', () => process.exit());

function once(): Promise<[string]> {
  return new Promise((resolve) => lines.once('line', (line) => resolve([line])));
}

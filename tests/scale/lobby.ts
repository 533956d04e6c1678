import {
  commitmentOf,
  digestOf,
  drawOrder,
  entrantBytes,
  entrantOf,
  verifyShuffle,
} from '../../services/reservation/waiting-room/index.ts';
import type { Crowd } from './crowd.ts';

export interface DrawnLobby {
  /** The person with the number `n + 1` is at `n`. */
  readonly people: Uint32Array;
  /** To make the ids and sort them, and to draw; in milliseconds. */
  readonly idsMs: number;
  readonly drawMs: number;
  /** The longest time in which the event loop did not turn while it was drawn. */
  readonly longestBlockMs: number;
  readonly verified: boolean;
  readonly verifyMs: number;
}

/** Draws the lobby by the code that draws the real one, and verifies it as a visitor would. */
export async function drawLobby(crowd: Crowd, seed: Uint8Array): Promise<DrawnLobby> {
  const commitment = commitmentOf(seed).toString('hex');
  const startedAt = performance.now();
  const { entrants, people } = sortedEntrants(crowd, seed);
  const idsAt = performance.now();
  const blocks = watchEventLoop();
  const order = await drawOrder({ seed, entrants });
  const longestBlockMs = blocks.stop();
  const drawnAt = performance.now();
  const verdict = await verifyShuffle({
    commitment,
    seed: Buffer.from(seed).toString('hex'),
    entrantsDigest: digestOf(entrants).toString('hex'),
    entrants: hexOf(entrants),
  });
  return {
    people: order.map((index) => people[index] ?? 0),
    idsMs: idsAt - startedAt,
    drawMs: drawnAt - idsAt,
    longestBlockMs,
    verified: verdict.holds && new Set(order).size === crowd.lobby,
    verifyMs: performance.now() - drawnAt,
  };
}

/** The ids as MariaDB gives them, and whose they are. */
function sortedEntrants({ lobby, memberOf }: Crowd, entrantKey: Uint8Array) {
  const ids = Array.from({ length: lobby }, (_, person) => entrantOf(entrantKey, memberOf(person)));
  const people = Uint32Array.from(ids.keys());
  people.sort((a, b) => Buffer.compare(ids[a] ?? ids[0] ?? empty, ids[b] ?? empty));
  const entrants = Buffer.alloc(lobby * entrantBytes);
  for (const [place, person] of people.entries()) ids[person]?.copy(entrants, place * entrantBytes);
  return { entrants, people };
}

const empty = Buffer.alloc(0);

const hexOf = (entrants: Buffer) =>
  Array.from({ length: entrants.length / entrantBytes }, (_, index) =>
    entrants.toString('hex', index * entrantBytes, (index + 1) * entrantBytes),
  );

function watchEventLoop() {
  let [last, longest] = [performance.now(), 0];
  let watching = true;
  const look = () => {
    const at = performance.now();
    longest = Math.max(longest, at - last);
    last = at;
    if (watching) setImmediate(look);
  };
  setImmediate(look);
  return {
    stop() {
      watching = false;
      return Math.max(longest, performance.now() - last);
    },
  };
}

import { createHash, createHmac, createSecretKey, randomBytes } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';

/**
 * The draw of the lobby, commit and reveal.
 *
 * 1. When the room is made, a random seed is drawn and its SHA-256 is published: the commitment.
 * 2. At the opening the lobby closes. The ids of the entrants, sorted, are hashed to the digest.
 * 3. The seed is revealed. An entrant's rank is HMAC-SHA256(HMAC-SHA256(seed, digest), entrant), and who has the lowest
 *    rank is number 1. Anyone can do it again.
 *
 * The digest is mixed in because ids are known to the house before it picks a seed: without it, a seed could be tried
 * out in which chosen entrants come first. With it no seed can be judged before the list is complete, and then the seed
 * is committed to. What remains: a house that knows its seed could still add entrants of its own in the last moment to
 * stir the draw. It cannot hide them, since the list is published and each one is a place that a real person sees.
 */

/** Bytes of an entrant's id. */
export const entrantBytes = 16;
const rankBytes = 32;
/** HMACs between two turns of the event loop: some milliseconds. */
const chunk = 2_000;

export const newSeed = (): Buffer => randomBytes(32);

export const commitmentOf = (seed: Uint8Array): Buffer => createHash('sha256').update(seed).digest();

/**
 * The name of a member in the published list: it says nothing to others, since the session's key is not published, and
 * its owner is told it on entering. The key is the session's own, not derived from keys that change during a sale.
 */
export function entrantOf(entrantKey: Uint8Array, memberId: string): Buffer {
  return createHmac('sha256', entrantKey).update(memberId).digest().subarray(0, entrantBytes);
}

/** @param entrants ids one after the other, sorted, none twice */
export const digestOf = (entrants: Uint8Array): Buffer => createHash('sha256').update(entrants).digest();

export interface Draw {
  readonly seed: Uint8Array;
  /** Ids one after the other, sorted, none twice: the digest is theirs. */
  readonly entrants: Uint8Array;
}

/**
 * Who has which number: the entry at `n` is the index of the entrant with the number `n + 1`. Lets the event loop turn
 * on its way, since a million entrants take seconds.
 */
export async function drawOrder({ seed, entrants }: Draw, signal?: AbortSignal): Promise<Uint32Array> {
  const count = entrants.length / entrantBytes;
  const key = createSecretKey(createHmac('sha256', seed).update(digestOf(entrants)).digest());
  const ranks = Buffer.allocUnsafe(count * rankBytes);
  for (let index = 0; index < count; index += 1) {
    const entrant = entrants.subarray(index * entrantBytes, (index + 1) * entrantBytes);
    createHmac('sha256', key)
      .update(entrant)
      .digest()
      .copy(ranks, index * rankBytes);
    if (index % chunk === chunk - 1) await turn(signal);
  }
  return await sortRanks(ranks, signal);
}

async function turn(signal: AbortSignal | undefined) {
  signal?.throwIfAborted();
  await nextTurn();
}

/** Spreads by the first two bytes and sorts what fell together: one long sort would hold up the event loop. */
async function sortRanks(ranks: Buffer, signal: AbortSignal | undefined): Promise<Uint32Array> {
  const count = ranks.length / rankBytes;
  const ends = new Uint32Array(65_536);
  const bucketOf = (index: number) => ranks.readUInt16BE(index * rankBytes);
  for (let index = 0; index < count; index += 1) ends[bucketOf(index)] = (ends[bucketOf(index)] ?? 0) + 1;
  for (let bucket = 1; bucket < ends.length; bucket += 1) ends[bucket] = (ends[bucket] ?? 0) + (ends[bucket - 1] ?? 0);

  const order = new Uint32Array(count);
  const places = ends.slice();
  for (let index = 0; index < count; index += 1) {
    const place = (places[bucketOf(index)] ?? 0) - 1;
    places[bucketOf(index)] = place;
    order[place] = index;
  }
  const compare = (a: number, b: number) => {
    const [from, with_] = [a * rankBytes, b * rankBytes];
    return ranks.compare(ranks, with_, with_ + rankBytes, from, from + rankBytes);
  };
  for (let bucket = 0; bucket < ends.length; bucket += 1) {
    const [start, end] = [places[bucket] ?? 0, ends[bucket] ?? 0];
    if (end - start > 1) order.subarray(start, end).sort(compare);
    if (bucket % 4_096 === 4_095) await turn(signal);
  }
  return order;
}

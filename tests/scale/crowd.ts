/** Of everybody, those who are in the lobby at the opening. */
const inLobby = 0.6;
/** The others come after it, the more the sooner: the mean of an exponential distribution, in seconds. */
const meanDelay = 90;

export interface Crowd {
  readonly people: number;
  /** The people from 0 up to this one are in the lobby. */
  readonly lobby: number;
  /** When the others come, in seconds after the opening, in their order. */
  readonly arrivals: Float64Array;
  memberOf(person: number): string;
}

/** Numbers from 0 up to 1, the same for a seed. */
export type Random = () => number;

/** @see https://en.wikipedia.org/wiki/Xorshift xorshift32 */
export function randomOf(seed: number): Random {
  let state = seed | 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 4_294_967_296;
  };
}

/** Waiting times without memory. */
export const exponential = (random: Random, mean: number): number => -mean * Math.log(1 - random());

export function createCrowd(people: number, random: Random): Crowd {
  const lobby = Math.round(people * inLobby);
  const arrivals = Float64Array.from({ length: people - lobby }, () => exponential(random, meanDelay)).toSorted();
  return {
    people,
    lobby,
    arrivals,
    memberOf: (person) => `00000000-0000-7000-8000-${person.toString(16).padStart(12, '0')}`,
  };
}

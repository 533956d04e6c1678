import { createHash } from 'node:crypto';
import { type Admission, nextServing } from '../../services/reservation/waiting-room/index.ts';
import { createCrowd, exponential, randomOf } from './crowd.ts';
import { Door } from './door.ts';
import { type DrawnLobby, drawLobby } from './lobby.ts';
import { Sale } from './sale.ts';

export interface SimulationOptions {
  readonly people: number;
  readonly units: number;
  /** Holds a second that the servers carry. */
  readonly capacity: number;
  /** What they are trusted with before they are measured. @default the same */
  readonly trusted?: number | undefined;
  /** Whether what they carry is measured. Without it a trust that is too great is never found out. @default true */
  readonly measured?: boolean;
  readonly seed: number;
}

export interface Group {
  readonly people: number;
  readonly admitted: number;
  /** Until they are let in, in seconds, of those who are: median, and 90 and 99 of 100. */
  readonly waited: readonly [number, number, number];
}

export interface SimulationResult {
  readonly draw: Omit<DrawnLobby, 'people'>;
  readonly issueMs: number;
  readonly checkMs: number;
  readonly issued: number;
  readonly admitted: number;
  readonly goneBefore: number;
  readonly tooLate: number;
  /** The most in one second, and the mean of the time in which the first half was sold. */
  readonly admittedPerSecond: { readonly most: number; readonly mean: number };
  readonly holdsPerSecondAtMost: number;
  /** Seconds in which a hold waited for longer than one, and how many of them came after the first five minutes. */
  readonly slowSeconds: { readonly all: number; readonly later: number };
  /** Seconds until these parts of the units were sold; null when it did not come to that. */
  readonly soldAfter: { readonly half: number | null; readonly most: number | null; readonly all: number | null };
  readonly sold: number;
  readonly polls: { readonly mostPerSecond: number; readonly all: number };
  readonly seconds: number;
  readonly lobby: Group;
  readonly later: Group;
  readonly rssBytes: number;
  /** What must be true, by name. */
  readonly checks: Readonly<Record<string, boolean>>;
}

/** A client looks again after so many seconds. */
export const pollEvery = 3;
/** How long people stay at most, on average, in seconds. */
const patience = 3_600;
/** Between the opening and the first number, in seconds: more than the draw and the loading of Redis take. */
const drawSeconds = 20;
/** By then the servers have been at their limit once, if they ever are, and what they carry is known. */
const knownAfterSeconds = 300;
const longestSeconds = 4 * 3_600;
/** Of the units. The last ones take long: what somebody does not pay for is free again after seven minutes. */
const parts = { half: 0.5, most: 0.95, all: 1 };

/**
 * An on-sale in simulated time by the code that does the real one: the draw, the controller, the signing and checking of
 * places and passes. Redis, MariaDB and HTTP are not in it.
 */
export async function simulate(options: SimulationOptions): Promise<SimulationResult> {
  const { people, units, capacity, trusted, measured = true, seed } = options;
  const random = randomOf(seed);
  const crowd = createCrowd(people, random);
  const { people: drawn, ...draw } = await drawLobby(crowd, createHash('sha256').update(`seed ${seed}`).digest());
  const sale = new Sale({ units, capacity, trusted, random });
  let second = 0;
  const door = new Door({ crowd, drawn, clock: () => second });
  let state: Admission = { serving: 0, rate: 0, credit: 0, share: 1 };
  const waited = { lobby: [] as number[], later: [] as number[] };
  const slow = { all: 0, later: 0 };
  const polls = { mostPerSecond: 0, all: 0 };
  let [came, goneBefore, most, mostHolds, miscounted] = [0, 0, 0, 0, 0];
  const soldAfter = { half: null, most: null, all: null } as Record<keyof typeof parts, number | null>;
  let servedAtHalf = 0;

  function letIn(number: number) {
    const wait = second - door.letIn(number);
    if (wait > exponential(random, patience)) {
      goneBefore += 1;
      return;
    }
    door.redeem(number);
    waited[number <= crowd.lobby ? 'lobby' : 'later'].push(wait);
    sale.letIn(second);
  }

  while (sale.sold < units && second < longestSeconds && (state.serving < people || sale.busy)) {
    second += 1;
    while (came < crowd.arrivals.length && (crowd.arrivals[came] ?? 0) <= second) came += 1;
    if (second >= drawSeconds) door.issueUpTo(crowd.lobby + came);
    const before = state.serving;
    const load = measured ? sale.load : { ...sale.load, carriedPerSecond: undefined };
    state = nextServing(state, { ...load, issued: door.issued }, 1);
    for (let number = before + 1; number <= state.serving; number += 1) letIn(number);
    sale.step(second);
    for (const part of ['half', 'most', 'all'] as const) {
      if (sale.sold >= units * parts[part]) soldAfter[part] ??= second;
    }
    if (soldAfter.half === second) servedAtHalf = state.serving;
    if (sale.free < 0 || sale.held < 0 || sale.free + sale.held + sale.sold !== units) miscounted += 1;
    most = Math.max(most, state.serving - before);
    if (sale.behindSeconds > 1) {
      slow.all += 1;
      if (second > knownAfterSeconds) slow.later += 1;
    }
    mostHolds = Math.max(mostHolds, sale.load.holdsPerSecond);
    const polling = (crowd.lobby + came - state.serving) / pollEvery;
    polls.mostPerSecond = Math.max(polls.mostPerSecond, polling);
    polls.all += polling;
  }

  const { twice, overtaken, withoutNumber, refused, stolen } = door.wrong;
  return {
    draw,
    issueMs: door.issueMs,
    checkMs: door.checkMs,
    issued: door.issued,
    admitted: waited.lobby.length + waited.later.length,
    goneBefore,
    tooLate: sale.tooLate,
    admittedPerSecond: { most, mean: servedAtHalf / (soldAfter.half ?? Infinity) },
    holdsPerSecondAtMost: mostHolds,
    slowSeconds: slow,
    soldAfter,
    sold: sale.sold,
    polls,
    seconds: second,
    lobby: groupOf(crowd.lobby, waited.lobby),
    later: groupOf(people - crowd.lobby, waited.later),
    rssBytes: process.memoryUsage.rss(),
    checks: {
      'the draw can be verified, and gives everybody one number': draw.verified,
      'nobody is let in twice': twice === 0,
      'nobody overtakes who came before': overtaken === 0,
      'nobody is let in without a number': withoutNumber === 0,
      'every place and pass is good for its member': refused === 0,
      'no place and no pass is good for another': stolen === 0,
      'no unit is sold twice': miscounted === 0,
    },
  };
}

function groupOf(people: number, waited: readonly number[]): Group {
  const sorted = Float64Array.from(waited).toSorted();
  const at = (part: number) => Math.round(sorted[Math.floor((sorted.length - 1) * part)] ?? 0);
  return { people, admitted: waited.length, waited: [at(0.5), at(0.9), at(0.99)] };
}

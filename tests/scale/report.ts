import type { ServerFigures } from './servers.ts';
import { type Group, pollEvery, type SimulationOptions, type SimulationResult } from './simulation.ts';

/** Where a content delivery network keeps the answer for a second, each place asks once a second. */
const edges = 100;

/** Lines for a person to read. */
export function reportOf(options: SimulationOptions, result: SimulationResult): string[] {
  const { people, units, capacity, trusted = capacity, seed } = options;
  const { draw, polls, admittedPerSecond, soldAfter } = result;
  return [
    `${whole(people)} people, ${whole(units)} units, servers for ${whole(capacity)} holds a second, ${trusted === capacity ? '' : `trusted with ${whole(trusted)}, `}seed ${seed}`,
    '',
    `draw             ${ms(draw.drawMs)} for ${whole(result.lobby.people)} in the lobby, never more than ${ms(draw.longestBlockMs)} without a turn`,
    `verify           ${ms(draw.verifyMs)} to do it again from the published record`,
    `tokens           ${whole(result.issued)} places signed, ${micro(result.issueMs, result.issued)} each; place, pass and check ${micro(result.checkMs, result.admitted)}`,
    `memory           ${whole(result.rssBytes / 2 ** 20)} MiB of the whole process at the end`,
    `let in           ${whole(admittedPerSecond.mean)} a second until half was sold, ${whole(admittedPerSecond.most)} at most; holds ${whole(result.holdsPerSecondAtMost)} a second at most`,
    `slow holds       in ${whole(result.slowSeconds.all)} seconds one waited for longer than a second, in ${whole(result.slowSeconds.later)} after the first five minutes`,
    `waited: lobby    ${waited(result.lobby)}`,
    `waited: later    ${waited(result.later)}`,
    `came to seats    ${whole(result.admitted)}; ${whole(result.tooLate)} of them found too few; ${whole(result.goneBefore)} had gone before their turn`,
    `sold             half after ${time(soldAfter.half)}, 95 % after ${time(soldAfter.most)}, all after ${time(soldAfter.all)}; ${whole(result.sold)} in all`,
    `polls            ${whole(polls.mostPerSecond)} a second at most, each client every ${pollEvery} s; ${whole(polls.all)} in all`,
    `behind a CDN     ${edges} a second at most from ${edges} places with a cache of 1 s: ${share(1 - edges / polls.mostPerSecond)} absorbed at the peak`,
    '',
    ...Object.entries(result.checks).map(([what, holds]) => `${holds ? '✓' : '✗'} ${what}`),
  ];
}

export function reportOfServers(figures: ServerFigures): string[] {
  return [
    `lobby            ${whole(figures.lobbyPerSecond)} people a second into MariaDB`,
    `opening          ${ms(figures.openingMs)} from closing the lobby to the first number`,
    `numbers          ${whole(figures.newPerSecond)} a second for newcomers, ${whole(figures.againPerSecond)} for those who ask again`,
    `Redis            ${whole(figures.redisBytesPerPerson)} bytes a person`,
    `from memory      ${whole(figures.pollsPerSecond)} polls, ${whole(figures.redeemPerSecond)} passes given and ${whole(figures.passChecksPerSecond)} checked a second of one thread`,
  ];
}

const whole = (value: number) => Math.round(value).toLocaleString('en');
const ms = (value: number) => (value < 1_000 ? `${Math.round(value)} ms` : `${(value / 1_000).toFixed(1)} s`);
const micro = (total: number, count: number) => `${((total / Math.max(count, 1)) * 1_000).toFixed(1)} µs`;
const share = (value: number) => `${(Math.max(0, value) * 100).toFixed(2)} %`;

function time(seconds: number | null) {
  if (seconds === null) return 'never';
  return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
}

function waited({ people, admitted, waited: [p50, p90, p99] }: Group) {
  const who = `${whole(admitted)} of ${whole(people)} let in`;
  return admitted === 0 ? who : `${who}; median ${time(p50)}, p90 ${time(p90)}, p99 ${time(p99)}`;
}

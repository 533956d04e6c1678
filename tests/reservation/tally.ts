import { appendFileSync } from 'node:fs';
import { duplicatesIn } from './judge.ts';

/** How much longer than in `npm test` the cases run. */
export const scale = Math.max(1, Number(process.env['FAULTS_SCALE'] ?? 1));

/** The same for what needs no crowd over HTTP: where most of the tries are made. */
export const stormScale = scale > 1 ? 11 * scale : 1;

/** Counts tries at holding and claiming, and units that two had at once, for the line at the end of a long run. */
export function tally(attempts: number, faults: readonly string[]): void {
  const file = process.env['FAULTS_TALLY'];
  if (file !== undefined) appendFileSync(file, `${attempts} ${duplicatesIn(faults)}\n`);
}

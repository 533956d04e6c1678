import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { duplicatesIn } from './judge.ts';

/** How much longer than in `npm test` the cases run. */
export const scale = Math.max(1, Number(process.env['FAULTS_SCALE'] ?? 1));

/** The same for what needs no crowd over HTTP: where most of the tries are made. */
export const stormScale = scale > 1 ? 11 * scale : 1;

const file = process.env['FAULTS_TALLY'];

/** Counts tries at holding and claiming, and units that two had at once, for the line at the end of a long run. */
export function tally(attempts: number, faults: readonly string[]): void {
  if (file !== undefined) appendFileSync(file, `${attempts} ${duplicatesIn(faults)}\n`);
}

/** What was counted so far, by all processes of the run. */
export function readTally(): { readonly attempts: number; readonly duplicates: number } {
  const lines = file !== undefined && existsSync(file) ? readFileSync(file, 'utf8').split('\n') : [];
  const counts = lines.map((line) => line.split(' ').map(Number));
  const sum = (column: number) => counts.reduce((total, row) => total + (row[column] ?? 0), 0);
  return { attempts: sum(0), duplicates: sum(1) };
}

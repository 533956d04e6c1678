import { printOutcome, runChecks } from './run/checks.ts';
import { runJest, type Tally } from './run/jest.ts';

/**
 * `npm test`: the checks, then every test; what needs the whole platform runs alone, after the rest.
 * `npm test -- <jest arguments>` runs only those tests: `npm test -- services/auth`, `npm test -- -o`.
 */
const given = process.argv.slice(2);
const wholePlatform = 'tests/(e2e|faults)/';

async function everything(): Promise<Tally[]> {
  const outcomes = await runChecks();
  for (const outcome of outcomes) printOutcome(outcome);
  const passed = outcomes.filter((outcome) => outcome.ok).length;
  return [
    { passed, failed: outcomes.length - passed },
    await runJest([
      `--testPathIgnorePatterns=/node_modules/`,
      `--testPathIgnorePatterns=${wholePlatform}`,
      '--maxWorkers=2',
    ]),
    await runJest(['--runInBand', '--testPathPatterns', wholePlatform]),
  ];
}

const tallies = given.length > 0 ? [await runJest(given)] : await everything();
const sum = (key: keyof Tally) => tallies.reduce((total, tally) => total + tally[key], 0);
console.log(`${sum('passed')} passed, ${sum('failed')} failed`);
process.exitCode = sum('failed') === 0 ? 0 : 1;

import { type ProgramPackage, servers } from '@ticketaka/local/servers/binaries';
import { sharePlatform } from './e2e/platform.ts';
import { printOutcome, runChecks } from './run/checks.ts';
import { runJest, type Tally } from './run/jest.ts';
import { ensurePrograms, programs } from './setup/programs.ts';

/**
 * `npm test`: the checks, then every test; what needs the whole platform runs alone, after the rest.
 * `npm test -- <jest arguments>` runs only those tests: `npm test -- services/auth`, `npm test -- -o`.
 */
const given = process.argv.slice(2);
const wholePlatform = 'tests/(e2e|faults)/';

async function everything(): Promise<Tally[]> {
  const [outcomes] = await Promise.all([runChecks(), install([...servers, ...Object.values(programs)])]);
  for (const outcome of outcomes) printOutcome(outcome);
  const passed = outcomes.filter((outcome) => outcome.ok).length;
  return [
    { passed, failed: outcomes.length - passed },
    await runJest([
      `--testPathIgnorePatterns=/node_modules/`,
      `--testPathIgnorePatterns=${wholePlatform}`,
      '--maxWorkers=2',
    ]),
    await onPlatform(() => runJest(['--runInBand', '--testPathPatterns', wholePlatform])),
  ];
}

/** What those need beside the servers, their files say. */
async function some(): Promise<Tally[]> {
  await install(servers);
  return [await runJest(given)];
}

/** Outside of the time-outs of tests. Where it cannot be had, the tests that need it fail and the others do not. */
async function install(packages: readonly ProgramPackage[]): Promise<void> {
  try {
    await ensurePrograms(packages);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
  }
}

/** One platform for all tests that need a whole one. If it does not come up, that is one failure, with its output. */
async function onPlatform(run: () => Promise<Tally>): Promise<Tally> {
  try {
    await using _platform = await sharePlatform();
    return await run();
  } catch (error) {
    console.error(error);
    return { passed: 0, failed: 1 };
  }
}

const tallies = given.length > 0 ? await some() : await everything();
const sum = (key: keyof Tally) => tallies.reduce((total, tally) => total + tally[key], 0);
console.log(`${sum('passed')} passed, ${sum('failed')} failed`);
process.exitCode = sum('failed') === 0 ? 0 : 1;

import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';

export interface Tally {
  readonly passed: number;
  readonly failed: number;
}

const root = join(import.meta.dirname, '../..');

const report = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  /** Files that could not even be loaded. */
  numRuntimeErrorTestSuites: z.number(),
  success: z.boolean(),
  testResults: z.array(
    z.object({ assertionResults: z.array(z.object({ status: z.string(), ancestorTitles: z.array(z.string()) })) }),
  ),
});

/** Runs Jest with these arguments and counts from its own report. A run that left no report is one failure. */
export async function runJest(args: readonly string[]): Promise<Tally> {
  const directory = await mkdtemp(join(tmpdir(), 'ticketaka-jest-'));
  const outputFile = join(directory, 'report.json');
  const node = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];
  const jest = [join(root, 'node_modules/jest/bin/jest.js'), '--json', `--outputFile=${outputFile}`];
  try {
    const child = spawn(process.execPath, [...node, ...jest, ...args], {
      cwd: root,
      stdio: ['inherit', 'ignore', 'inherit'],
    });
    const stop = (signal: NodeJS.Signals) => child.kill(signal);
    process.once('SIGINT', stop).once('SIGTERM', stop);
    const code = await new Promise((resolve) => child.once('close', resolve));
    process.off('SIGINT', stop).off('SIGTERM', stop);
    const counted = report.parse(JSON.parse(await readFile(outputFile, 'utf8')));
    for (const group of skippedGroups(counted)) console.log(`skipped: ${group}`);
    const failed = counted.numFailedTests + counted.numRuntimeErrorTestSuites;
    return { passed: counted.numPassedTests, failed: code === 0 || failed > 0 ? failed : 1 };
  } catch (error) {
    console.error(`Jest gave no report: ${String(error)}`);
    return { passed: 0, failed: 1 };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** The groups of tests of which some did not run here; their names say why. */
function skippedGroups({ testResults }: z.output<typeof report>): readonly string[] {
  const skipped = testResults.flatMap(({ assertionResults }) =>
    assertionResults
      .filter(({ status }) => status === 'pending')
      .map(({ ancestorTitles }) => ancestorTitles.join(' › ')),
  );
  return [...new Set(skipped)];
}

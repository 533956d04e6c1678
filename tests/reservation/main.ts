import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { servers } from '@ticketaka/local/servers/binaries';
import { runJest } from '../run/jest.ts';
import { ensurePrograms } from '../setup/programs.ts';

/**
 * `npm run test:faults`: the cases of this folder at many times the length that they have in `npm test`, and how many tries
 * at holding and claiming there were. `npm run test:faults -- 3 redis` is three times as long, of the files of that name.
 */
const longRun = 5;

const [scale = String(longRun), file = ''] = process.argv.slice(2);
const directory = await mkdtemp(join(tmpdir(), 'ticketaka-faults-'));
const tallyFile = join(directory, 'tally');
process.env['FAULTS_SCALE'] = scale;
process.env['FAULTS_TALLY'] = tallyFile;
try {
  await ensurePrograms(servers);
  const { passed, failed } = await runJest(['--testPathPatterns', `tests/reservation/${file}`, '--maxWorkers=2']);
  const tallied = await readFile(tallyFile, 'utf8').catch(() => '');
  const counts = tallied.split('\n').map((line) => line.split(' ').map(Number));
  const sum = (column: number) => counts.reduce((total, row) => total + (row[column] ?? 0), 0);
  console.log(`${passed} passed, ${failed} failed`);
  console.log(`${sum(0).toLocaleString('en')} attempts across the suite, ${sum(1).toLocaleString('en')} duplicates`);
  process.exitCode = failed === 0 && sum(1) === 0 ? 0 : 1;
} finally {
  await rm(directory, { recursive: true });
}

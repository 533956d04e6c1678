import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { servers } from '@ticketaka/local/servers/binaries';
import { runJest } from '../run/jest.ts';
import { ensurePrograms } from '../setup/programs.ts';

/**
 * `npm run test:faults`: the cases of this folder at many times the length that they have in `npm test`, and how many tries
 * at holding and claiming there were. `npm run test:faults -- 3` is three times as long; other arguments are jest's.
 */
const longRun = 5;

const [first = '', ...rest] = process.argv.slice(2);
const isScale = /^\d+$/.test(first);
const directory = await mkdtemp(join(tmpdir(), 'ticketaka-faults-'));
const tallyFile = join(directory, 'tally');
process.env['FAULTS_SCALE'] = isScale ? first : String(longRun);
process.env['FAULTS_TALLY'] = tallyFile;
try {
  await ensurePrograms(servers);
  const more = isScale ? rest : process.argv.slice(2);
  const { passed, failed } = await runJest(['--testPathPatterns', 'tests/reservation/', '--maxWorkers=2', ...more]);
  const tallied = await readFile(tallyFile, 'utf8').catch(() => '');
  const counts = tallied.split('\n').map((line) => line.split(' ').map(Number));
  const sum = (column: number) => counts.reduce((total, row) => total + (row[column] ?? 0), 0);
  console.log(`${passed} passed, ${failed} failed`);
  console.log(`${sum(0).toLocaleString('en')} attempts across the suite, ${sum(1).toLocaleString('en')} duplicates`);
  process.exitCode = failed === 0 && sum(1) === 0 ? 0 : 1;
} finally {
  await rm(directory, { recursive: true });
}

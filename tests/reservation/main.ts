import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { servers } from '@ticketaka/local/servers/binaries';
import { z } from 'zod';
import { runJest } from '../run/jest.ts';
import { ensurePrograms } from '../setup/programs.ts';

const usage = `Sells under faults, as npm test does but longer, and judges every answer and every row by one history.

npm run test:faults [-- --times 5] [--only redis]

  --times   how much longer the cases take: 5 is more than 1,000,000 attempts at holding and claiming
  --only    those files of tests/reservation that have this in their names

Says each case as it ends, and each minute what is under way. Ends with 1 when a case fails, or any unit was sold twice.`;

const options = z.object({
  times: z.coerce.number().int().min(1).max(1_000).default(5),
  only: z
    .string()
    .regex(/^[\w.-]*$/)
    .default(''),
});
const text = { type: 'string' } as const;
const { values } = parseArgs({ options: { times: text, only: text, help: { type: 'boolean', default: false } } });
const asked = options.safeParse(values);
if (values.help) console.log(usage);
else if (!asked.success) {
  console.error(`${z.prettifyError(asked.error)}\n\n${usage}`);
  process.exitCode = 2;
} else await run(asked.data);

async function run({ times, only }: z.output<typeof options>) {
  const directory = await mkdtemp(join(tmpdir(), 'ticketaka-faults-'));
  process.env['FAULTS_SCALE'] = String(times);
  process.env['FAULTS_TALLY'] = join(directory, 'tally');
  // It reads both as it is loaded.
  const { readTally } = await import('./tally.ts');
  try {
    await ensurePrograms(servers);
    const { passed, failed } = await runJest([
      '--testPathPatterns',
      `tests/reservation/[^/]*${only}`,
      '--maxWorkers=2',
      '--reporters=default',
      `--reporters=${join(import.meta.dirname, 'progress.ts')}`,
    ]);
    const { attempts, duplicates } = readTally();
    console.log(`${passed} passed, ${failed} failed`);
    console.log(`${attempts.toLocaleString('en')} attempts across the suite, ${duplicates} duplicates`);
    process.exitCode = failed === 0 && duplicates === 0 ? 0 : 1;
  } finally {
    await rm(directory, { recursive: true });
  }
}

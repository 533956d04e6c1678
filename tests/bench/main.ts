import { parseArgs } from 'node:util';
import { offerTestServers } from '../setup/coordinator.ts';
import { cases } from './cases/index.ts';
import { type BenchCase, type Result, runCase } from './harness.ts';

const help = `npm run bench [-- <case>… ] [-- --json]

Each case runs beside its bare reference in the same run: five rounds in turns, the median ratio counts.
A fast wrong answer is a failure. Ends with status 1 when a target does not hold or an answer was wrong.

${cases.map(({ name, summary }) => `  ${name.padEnd(10)} ${summary}`).join('\n')}

  --rounds n so many rounds instead of five, for a first look
  --json     an array of results on standard output, and nothing else there
  --help     this text`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'boolean', default: false },
    rounds: { type: 'string', default: '5' },
    help: { type: 'boolean', default: false },
  },
});
const unknown = positionals.filter((name) => !cases.some((bench) => bench.name === name));

if (values.help) {
  console.log(help);
} else if (unknown.length > 0) {
  console.error(`There is no case ${unknown.join(', ')}.\n\n${help}`);
  process.exitCode = 2;
} else {
  const chosen = positionals.length === 0 ? cases : cases.filter(({ name }) => positionals.includes(name));
  const results = await runAll(chosen);
  if (values.json) console.log(JSON.stringify(results, null, 2));
  if (!results.every(({ holds, correct }) => holds && correct)) process.exitCode = 1;
}

async function runAll(chosen: readonly BenchCase[]): Promise<readonly Result[]> {
  // Started by the first case that asks for them.
  await using servers = await offerTestServers();
  const stop = async (number: number) => {
    await servers[Symbol.asyncDispose]();
    process.exit(128 + number);
  };
  process.once('SIGINT', () => void stop(2));
  process.once('SIGTERM', () => void stop(15));
  const results: Result[] = [];
  for (const bench of chosen) {
    if (!values.json) console.log(`${bench.name}: ${bench.summary}`);
    const result = await runCase(bench, { rounds: Number(values.rounds), ...(!values.json && { progress }) });
    results.push(result);
    if (!values.json) print(result);
  }
  return results;
}

/** On a terminal one line that is written over; elsewhere nothing, since a log needs no progress. */
function progress(doing: string) {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K  ${doing}…`);
}

function print({ ratio, target, holds, correct, spread, figures }: Result) {
  if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');
  console.log(`  ratio ${ratio} (${spread.join(' to ')}), target ${target}: ${holds ? 'holds' : 'DOES NOT HOLD'}`);
  if (!correct) console.log('  SOME ANSWERS WERE WRONG');
  for (const [name, value] of Object.entries(figures)) console.log(`  ${name}: ${value}`);
}

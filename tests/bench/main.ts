import { parseArgs } from 'node:util';
import { cases } from './cases/index.ts';
import { type Result, runCase } from './harness.ts';

const help = `npm run bench [-- <case>… ] [-- --json]

Each case runs beside its bare reference in the same run: five rounds in turns, the median ratio counts.
A fast wrong answer is a failure. Ends with status 1 when a target does not hold or an answer was wrong.

${cases.map(({ name, summary }) => `  ${name.padEnd(10)} ${summary}`).join('\n')}

  --json     an array of results on standard output, and nothing else there
  --help     this text`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { json: { type: 'boolean', default: false }, help: { type: 'boolean', default: false } },
});
const unknown = positionals.filter((name) => !cases.some((bench) => bench.name === name));

if (values.help) {
  console.log(help);
} else if (unknown.length > 0) {
  console.error(`There is no case ${unknown.join(', ')}.\n\n${help}`);
  process.exitCode = 2;
} else {
  const chosen = positionals.length === 0 ? cases : cases.filter(({ name }) => positionals.includes(name));
  const results: Result[] = [];
  for (const bench of chosen) {
    if (!values.json) console.log(`${bench.name}: ${bench.summary}`);
    const result = await runCase(bench);
    results.push(result);
    if (!values.json) print(result);
  }
  if (values.json) console.log(JSON.stringify(results, null, 2));
  if (!results.every(({ holds, correct }) => holds && correct)) process.exitCode = 1;
}

function print({ ratio, target, holds, correct, spread, figures }: Result) {
  console.log(`  ratio ${ratio} (${spread.join(' to ')}), target ${target}: ${holds ? 'holds' : 'DOES NOT HOLD'}`);
  if (!correct) console.log('  SOME ANSWERS WERE WRONG');
  for (const [name, value] of Object.entries(figures)) console.log(`  ${name}: ${value}`);
}

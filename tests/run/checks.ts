import { spawn } from 'node:child_process';
import { join } from 'node:path';

export interface Outcome {
  readonly name: string;
  readonly ok: boolean;
  readonly seconds: number;
  readonly output: string;
}

const root = join(import.meta.dirname, '../..');

const checks = [
  { name: 'types', command: 'tsc', args: ['--noEmit'] },
  { name: 'lint', command: 'oxlint', args: ['--type-aware', '--deny-warnings', '.'] },
  { name: 'format', command: 'biome', args: ['check', '--error-on-warnings', '.'] },
  {
    name: 'layers',
    command: 'depcruise',
    args: ['--config', '.dependency-cruiser.js', 'services', 'charts-cdk8s', 'gitops', 'local', 'tests'],
  },
  { name: 'dead code', command: 'knip', args: ['--no-progress'] },
] as const;

/** Runs every check, two at a time. */
export async function runChecks(): Promise<Outcome[]> {
  const waiting = checks.map((check, place) => ({ ...check, place }));
  const outcomes: Outcome[] = [];
  const lane = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) outcomes[next.place] = await run(next);
  };
  await Promise.all([lane(), lane()]);
  return outcomes;
}

async function run({ name, command, args }: (typeof checks)[number]): Promise<Outcome> {
  const started = performance.now();
  const child = spawn(join(root, 'node_modules/.bin', command), args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  const ok = await new Promise<boolean>((resolve) => {
    child.once('error', (error) => {
      output += error.message;
      resolve(false);
    });
    child.once('close', (code) => resolve(code === 0));
  });
  return { name, ok, seconds: (performance.now() - started) / 1000, output };
}

export function printOutcome({ name, ok, seconds, output }: Outcome): void {
  console.log(`${ok ? '✓' : '✗'} ${name} (${seconds.toFixed(1)} s)`);
  if (!ok) console.log(output.trimEnd());
}

import { spawnSync } from 'node:child_process';
import { describe, expect, it } from '@jest/globals';
import { waitFor } from '../testing/wait-for.ts';
import { BufferedOutput } from './buffered-output.ts';
import { createLogger } from './index.ts';

function buffered() {
  const writes: string[] = [];
  const output = new BufferedOutput({ write: (lines) => void writes.push(lines) });
  const log = createLogger({ service: 'auth', workload: 'api', destination: output });
  return { log, writes, written: () => writes.join('').split('\n').filter(Boolean) };
}

describe('the buffered output', () => {
  it('writes ordinary lines together, soon', async () => {
    const { log, writes, written } = buffered();
    log.info('one');
    log.info('two');
    expect(writes).toEqual([]);
    await waitFor(() => writes.length > 0);
    expect(writes).toHaveLength(1);
    expect(written().map((line) => JSON.parse(line).msg)).toEqual(['one', 'two']);
  });

  it('writes a warning at once, after what came before it', () => {
    const { log, written } = buffered();
    log.info('first');
    log.child({ part: 'x' }).warn('second');
    expect(written().map((line) => JSON.parse(line).msg)).toEqual(['first', 'second']);
  });

  it('writes when much waits', () => {
    const { log, writes } = buffered();
    for (let line = 0; line < 500; line += 1) log.info({ line }, 'x'.repeat(100));
    expect(writes.length).toBeGreaterThan(1);
    expect(writes.length).toBeLessThan(10);
  });
});

/** The lines of a process that logs a thousand times and then comes to this end. */
function linesOf(ending: string): number {
  const code = `
    import { createLogger } from '${new URL('index.ts', import.meta.url).href}';
    const log = createLogger({ service: 'auth', workload: 'api' });
    for (let line = 0; line < 1000; line += 1) log.info({ line }, 'request');
    ${ending}`;
  const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', code], {
    env: { ...process.env, NODE_OPTIONS: '' },
    encoding: 'utf8',
  });
  return stdout.split('\n').filter((line) => line.includes('"request"')).length;
}

const onSignal = `
  process.on('SIGTERM', () => process.exit(0));
  process.kill(process.pid, 'SIGTERM');
  setInterval(() => {}, 1000);`;

describe('a process that logs to standard output', () => {
  it.each([
    ['ends', ''],
    ['exits', 'process.exit(0);'],
    ['throws', `throw new Error('x');`],
    ['stops on SIGTERM', onSignal],
  ])('loses no line when it %s', (_, ending) => {
    expect(linesOf(ending)).toBe(1000);
  });
});

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from '@jest/globals';
import { backOff } from './back-off.ts';
import { Child, type ChildOptions, type Death } from './child.ts';
import type { ChildSpec } from './child-spec.ts';
import { startGuard } from './guard.ts';
import { LogFile } from './log-file.ts';
import { pollUntil } from './poll.ts';
import { isGroupAlive, isSameProcess, startTimeOf } from './process-table.ts';

const directory = mkdtempSync(join(tmpdir(), 'ticketaka-process-'));
const guard = startGuard();
const started: Child[] = [];
let count = 0;

function child(script: string, { spec, options }: { spec?: Partial<ChildSpec>; options?: Partial<ChildOptions> } = {}) {
  count += 1;
  const log = new LogFile(join(directory, `${count}.log`));
  const made = new Child(
    {
      name: `fixture-${count}`,
      command: process.execPath,
      args: ['-e', script],
      ready: (signal) => pollUntil(async () => log.lastLines(50).includes('serving'), { signal, everyMs: 10 }),
      readyTimeoutMs: 10_000,
      ...spec,
    },
    { log, guard, cwd: directory, backOff: () => 5, ...options },
  );
  started.push(made);
  return made;
}

const serve = `console.log('serving'); setInterval(() => {}, 1000);`;
const eventually = (condition: () => boolean) =>
  pollUntil(async () => condition(), { signal: AbortSignal.timeout(10_000), everyMs: 10 });
const alive = (pid: number | undefined) => pid !== undefined && startTimeOf(pid) !== undefined;

afterEach(async () => {
  await Promise.all(started.splice(0).map((made) => made.stop()));
});
afterAll(() => {
  guard.close();
  rmSync(directory, { recursive: true });
});

describe('a child', () => {
  it('is started once it is ready, and stops when asked', async () => {
    const made = child(serve);
    await made.start();
    const { pid } = made;
    expect(made.state).toBe('ready');
    expect(alive(pid)).toBe(true);
    await made.stop();
    expect(made.state).toBe('stopped');
    expect(alive(pid)).toBe(false);
  });

  it('is started again when it dies, and its death is told with its last lines', async () => {
    const deaths: Death[] = [];
    const made = child(serve, { options: { onDeath: (death) => deaths.push(death) } });
    await made.start();
    const first = made.pid;
    made.kill();
    await eventually(() => made.state === 'ready' && made.pid !== first);
    expect(deaths).toEqual([{ cause: 'SIGKILL', lastLines: ['serving'], restartMs: 5 }]);
  });

  it('waits longer from death to death, and starts afresh after it was healthy', async () => {
    const asked: number[] = [];
    const note = (failures: number) => {
      asked.push(failures);
      return 5;
    };
    const dieSoon = `console.log('serving'); setTimeout(() => process.exit(3), 60);`;
    const impatient = child(dieSoon, { options: { backOff: note, healthyMs: 60_000 } });
    await impatient.start();
    await eventually(() => asked.length >= 3);
    await impatient.stop();
    expect(asked.slice(0, 3)).toEqual([1, 2, 3]);

    asked.length = 0;
    const healthy = child(dieSoon, { options: { backOff: note, healthyMs: 0 } });
    await healthy.start();
    await eventually(() => asked.length >= 2);
    await healthy.stop();
    expect(new Set(asked)).toEqual(new Set([1]));
  });

  it('fails its start when it dies again and again', async () => {
    const made = child(`console.error('no such table'); process.exit(7);`);
    await expect(made.start()).rejects.toMatchObject({
      name: 'StartFailed',
      message: expect.stringMatching(/^fixture-\d+ ended 3 times before it was ready, at last with exit code 7$/),
      lastLines: ['no such table', 'no such table', 'no such table'],
    });
    expect(made.pid).toBeUndefined();
  });

  it('fails its start, and is killed, when it is not ready in time', async () => {
    const made = child('setInterval(() => {}, 1000);', { spec: { readyTimeoutMs: 200 } });
    await expect(made.start()).rejects.toThrow('was not ready within 0.2 s');
    await eventually(() => made.pid === undefined);
  });

  it('fails its start at once when it says that waiting is no use', async () => {
    const made = child(serve, { spec: { ready: () => Promise.reject(new Error('wrong version')) } });
    await expect(made.start()).rejects.toThrow('wrong version');
  });

  it('names a command that is not there', async () => {
    const made = child('', { spec: { command: '/no/such/command' } });
    await expect(made.start()).rejects.toThrow('ENOENT');
  });

  it('is killed when it does not stop in time', async () => {
    const made = child(`process.on('SIGTERM', () => {}); ${serve}`, { spec: { stopTimeoutMs: 100 } });
    await made.start();
    const { pid } = made;
    await made.stop();
    expect(alive(pid)).toBe(false);
  });

  it('takes its own children along, however it ends', async () => {
    const parent = `require('node:child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']); ${serve}`;
    const stopped = child(parent);
    await stopped.start();
    const group = stopped.pid ?? 0;
    await stopped.stop();
    expect(isGroupAlive(group)).toBe(false);

    const killed = child(parent, { options: { backOff: () => 60_000 } });
    await killed.start();
    const other = killed.pid ?? 0;
    process.kill(other, 'SIGKILL');
    await eventually(() => killed.state === 'dead');
    expect(isGroupAlive(other)).toBe(false);
  });
});

describe('the back-off', () => {
  it('doubles from one second to thirty', () => {
    expect([1, 2, 3, 4, 5, 6, 7, 100].map(backOff)).toEqual([
      1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000,
    ]);
  });
});

describe('the guard', () => {
  it('kills what its supervisor left behind, and nothing that was forgotten', async () => {
    const kept = child(serve);
    const lost = child(serve, { options: { backOff: () => 60_000 } });
    await Promise.all([kept.start(), lost.start()]);
    const other = startGuard();
    other.watch(kept.pid ?? 0);
    other.watch(lost.pid ?? 0);
    other.forget(kept.pid ?? 0);
    other.close();
    await eventually(() => lost.state === 'dead');
    expect(kept.state).toBe('ready');
  });
});

describe('a process', () => {
  it('is told from a later one with the same number by its start time', () => {
    const startTime = startTimeOf(process.pid) ?? '';
    expect(isSameProcess({ pid: process.pid, startTime })).toBe(true);
    expect(isSameProcess({ pid: process.pid, startTime: 'another' })).toBe(false);
    expect(startTimeOf(2 ** 22 + 1)).toBeUndefined();
  });
});

describe('a log file', () => {
  it('keeps the run before, and gives complete lines only', () => {
    const path = join(directory, 'rotated.log');
    writeFileSync(path, 'before\n');
    const log = new LogFile(path);
    expect(readFileSync(`${path}.1`, 'utf8')).toBe('before\n');
    writeFileSync(log.descriptor, 'one\ntw');
    expect(log.newLines()).toEqual(['one']);
    writeFileSync(log.descriptor, 'o\n');
    expect(log.newLines()).toEqual(['two']);
    expect(log.newLines()).toEqual([]);
    expect(log.lastLines(1)).toEqual(['two']);
    log.close();
  });
});

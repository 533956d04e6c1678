import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { services } from '@ticketaka/charts/services';
import { startTimeOf } from '../process/index.ts';
import { endLeftOvers } from './left-overs.ts';
import { holderOf, takeLock, waitForLock } from './lock.ts';
import { pathsOf } from './paths.ts';
import { choosePorts, PortTaken } from './ports.ts';
import { Progress } from './progress.ts';
import { selectServices, serversOf, workloadsOf } from './selection.ts';
import { type PlatformState, readState, writeState } from './state.ts';
import { Supervisor, type Tier } from './supervisor.ts';

const directory = mkdtempSync(join(tmpdir(), 'ticketaka-platform-'));
afterAll(() => rmSync(directory, { recursive: true }));

describe('the lock', () => {
  const file = join(directory, 'run/lock.json');

  it('is held by one, and can be had again once it is given back', async () => {
    const release = takeLock(file);
    expect(holderOf(file)).toBe(process.pid);
    expect(() => takeLock(file)).toThrow(`is held by process ${process.pid}`);
    const next = waitForLock(file, 10_000);
    release();
    (await next)();
    expect(holderOf(file)).toBeUndefined();
  });

  it.each([
    ['a dead process', JSON.stringify({ pid: 2 ** 22 + 1, startTime: 'x' })],
    ['another process with the number', JSON.stringify({ pid: process.pid, startTime: 'of an earlier one' })],
    ['a disk that was full', '{"pid":'],
  ])('is taken from %s', (_whom, content) => {
    writeFileSync(file, content);
    takeLock(file)();
  });
});

describe('ports', () => {
  const nothing = { fixed: {}, remembered: {} };

  it('are different, free, and out of the way of outgoing connections', async () => {
    const names = Array.from({ length: 50 }, (_, index) => `port-${index}`);
    const chosen = Object.values(await choosePorts(names, nothing));
    expect(new Set(chosen).size).toBe(50);
    expect(Math.min(...chosen)).toBeGreaterThanOrEqual(20_000);
    expect(Math.max(...chosen)).toBeLessThan(32_000);
  });

  it('are those of the last run, where they are free', async () => {
    const before = await choosePorts(['a', 'b'], nothing);
    expect(await choosePorts(['a', 'b'], { fixed: {}, remembered: before })).toEqual(before);
  });

  it('that the user asked for are refused, by number and use, when they are taken', async () => {
    const server = createServer();
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as AddressInfo;
    const asked = choosePorts(['gateway'], { fixed: { gateway: port }, remembered: {} });
    await expect(asked).rejects.toThrow(new PortTaken('gateway', port));
    const remembered = await choosePorts(['gateway'], { fixed: {}, remembered: { gateway: port } });
    expect(remembered['gateway']).not.toBe(port);
    server.close();
  });
});

describe('the selection', () => {
  it('is everything, or what is asked for with the servers it needs', () => {
    expect(selectServices(services, undefined)).toBe(services);
    const [web] = selectServices(services, ['web']);
    expect(workloadsOf(web ? [web] : [])).toMatchObject([{ name: 'web-server', kind: 'http' }]);
    expect(serversOf(web ? [web] : [])).toEqual(new Set());
    expect(serversOf(selectServices(services, ['mail']))).toEqual(new Set(['mariadb', 'epmd', 'rabbitmq']));
  });

  it('names a service that there is not', () => {
    expect(() => selectServices(services, ['auth', 'cinema'])).toThrow(/^there is no service cinema; there are auth, /);
  });
});

describe('the state', () => {
  const state: PlatformState = {
    pid: process.pid,
    startTime: startTimeOf(process.pid) ?? '',
    startedAt: new Date(0).toISOString(),
    status: 'ready',
    urls: { gateway: 'http://localhost:8080' },
    ports: { gateway: 8080 },
    children: [],
    services: { auth: { MARIADB_URL: 'mariadb://…' } },
    root: {},
  };

  it('is read back, by its owner only', () => {
    const file = join(directory, 'run/state.json');
    writeState(file, state);
    expect(readState(file)).toEqual(state);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    writeFileSync(file, '{}');
    expect(readState(file)).toBeUndefined();
  });

  it('lets the next start end what a crash left behind, and nobody else', async () => {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { detached: true });
    await once(child, 'spawn');
    const pid = child.pid ?? 0;
    const record = { name: 'auth-api', state: 'ready' as const, ports: {}, pid };
    const other = { ...record, name: 'other', startTime: 'another process' };
    expect(await endLeftOvers({ ...state, children: [other] })).toEqual([]);
    const mine = { ...record, startTime: startTimeOf(pid) ?? '' };
    expect(await endLeftOvers({ ...state, children: [mine] })).toEqual(['auth-api']);
    expect(startTimeOf(pid)).toBeUndefined();
  });
});

describe('the supervisor', () => {
  it('stops workloads before the mesh, and the mesh before servers', async () => {
    const stopped: string[] = [];
    const supervisor = new Supervisor({
      paths: pathsOf(directory),
      onChange: () => {
        const running = new Set(supervisor.children().map(({ name }) => name));
        for (const name of tiers) if (!running.has(name) && !stopped.includes(name)) stopped.push(name);
      },
      onDeath: () => {},
      onBack: () => {},
    });
    const tiers: Tier[] = ['server', 'mesh', 'workload'];
    for (const tier of tiers) {
      const args = ['-e', 'setInterval(() => {}, 1000)'];
      await supervisor.start({ name: tier, command: process.execPath, args, ready: async () => {} }, tier);
    }
    stopped.length = 0;
    const ended = supervisor.stop();
    await ended;
    expect(stopped).toEqual(['workload', 'mesh', 'server']);
    expect(existsSync(join(directory, 'log/workload.log'))).toBe(true);
  });
});

function screen(isTTY: boolean) {
  const written: string[] = [];
  return { isTTY, written, write: (text: string) => written.push(text) };
}

describe('progress', () => {
  it('is plain lines without a terminal', async () => {
    const paper = screen(false);
    const progress = new Progress(paper);
    await progress.during('mariadb', async () => progress.line('in between'));
    await expect(progress.during('redis', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(paper.written.join('')).toMatch(/^in between\n✓ mariadb \d+\.\d s\n✗ redis \d+\.\d s\n$/);
  });

  it('redraws what runs below what is said in a terminal', () => {
    const terminal = screen(true);
    const progress = new Progress(terminal);
    const step = progress.step('mariadb');
    progress.line('said');
    progress.line('more');
    step.done();
    const shown = terminal.written.join('');
    expect(shown).toContain('said\n');
    expect(shown).toContain('\u001B[1A\u001B[0Jmore\n');
    expect(shown.split('\u001B[0J').at(-1)).toContain('✓');
  });
});

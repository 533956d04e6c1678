import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { waitFor } from '@ticketaka/platform/testing';

/** A test run in small: asks for a Redis if it is told to, says its address, and ends with its input. */
const run = `
  import { offerTestServers } from '${new URL('coordinator.ts', import.meta.url).href}';
  await using servers = await offerTestServers();
  if (process.argv[1] === 'ask') {
    const { manager } = await (await fetch(servers.address)).json();
    const redis = await (await fetch(manager + '/shared/redis', { method: 'POST', body: '{}' })).json();
    console.log(redis.url);
  } else console.log('nothing asked');
  process.stdin.resume();
  await new Promise((resolve) => process.stdin.once('end', resolve));
`;

describe('the servers of a test run', () => {
  let folder: string;
  let child: ChildProcess;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'ticketaka-run-'));
  });

  afterEach(() => {
    child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });

  async function start(...args: readonly string[]): Promise<string> {
    child = spawn(process.execPath, ['--input-type=module', '-e', run, '--', ...args], {
      env: { ...process.env, NODE_OPTIONS: '', TMPDIR: folder },
      stdio: ['pipe', 'pipe', 'inherit'],
      detached: true,
    });
    if (!child.stdout) throw new Error('standard output is a pipe');
    const [line] = await once(createInterface({ input: child.stdout }), 'line');
    return String(line);
  }

  const everythingGone = async (url: string) => (await refuses(url)) && readdirSync(folder).length === 0;

  it('are not started when nobody asks', async () => {
    expect(await start()).toBe('nothing asked');
    expect(readdirSync(folder)).toEqual([]);
  });

  it('are gone once it has ended', async () => {
    const url = await start('ask');
    expect(await refuses(url)).toBe(false);
    child.stdin?.end();
    await once(child, 'exit');
    expect(await everythingGone(url)).toBe(true);
  });

  it.each(['SIGKILL', 'SIGINT'] as const)('are gone after a %s of it', async (signal) => {
    const url = await start('ask');
    // A Ctrl-C goes to the whole group.
    process.kill(-(child.pid ?? 0), signal);
    await waitFor(() => everythingGone(url), { what: 'the servers to end' });
  });
});

async function refuses(url: string): Promise<boolean> {
  const socket = connect({ host: '127.0.0.1', port: Number(new URL(url).port) });
  try {
    await once(socket, 'connect');
    return false;
  } catch {
    return true;
  } finally {
    socket.destroy();
  }
}

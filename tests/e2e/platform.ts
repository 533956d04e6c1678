import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestResource } from '@ticketaka/platform/testing';
import { z } from 'zod';

const root = join(import.meta.dirname, '../..');

const state = z.object({
  pid: z.int(),
  status: z.string(),
  urls: z.looseObject({ gateway: z.url(), mail: z.url(), mesh: z.url() }),
  ports: z.record(z.string(), z.int()),
  children: z.array(
    z.object({
      name: z.string(),
      pid: z.int(),
      state: z.string(),
      port: z.int().optional(),
      adminPort: z.int().optional(),
    }),
  ),
  services: z.record(z.string(), z.record(z.string(), z.string())),
  root: z.record(z.string(), z.string()),
});
export type State = z.output<typeof state>;

/** The whole platform, as `npm start` brings it up, in a home of its own and on free ports. */
export interface Platform extends TestResource {
  readonly home: string;
  /** How the world reaches it: `http://localhost:40123`. */
  readonly gateway: string;
  readonly mail: string;
  readonly meshAdmin: string;
  /** What runs now: children and their process ids change when they are restarted. */
  state(): Promise<State>;
}

/** The home of a platform that the runner of the tests has started for all of them. */
const shared = 'TICKETAKA_TEST_PLATFORM';

/** The runner's platform where there is one, else an own one that ends with the test. */
export async function platform(): Promise<Platform> {
  const home = process.env[shared];
  return home === undefined ? await startPlatform() : await connect(home, async () => {});
}

/** Starts a platform, and names it in this process's environment so that the tests run on it. */
export async function sharePlatform(): Promise<Platform> {
  const started = await startPlatform();
  process.env[shared] = started.home;
  return started;
}

/** @throws Error with the output when the platform did not come up */
export async function startPlatform(): Promise<Platform> {
  const home = await mkdtemp(join(tmpdir(), 'ticketaka-e2e-'));
  const args = ['local/main.ts', 'start', '--home', home, '--port', '0', '--mail-port', '0'];
  // The stories sign up more people in a minute than one address may in an hour.
  const env = { ...process.env, RATE_LIMIT_SCALE: '1000' };
  const child = spawn(process.execPath, args, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const stop = async () => {
    await ended(child);
    await rm(home, { recursive: true, force: true });
  };
  try {
    await ready(child);
    return await connect(home, stop);
  } catch (error) {
    await stop();
    throw error;
  }
}

async function connect(home: string, stop: () => Promise<void>): Promise<Platform> {
  const read = async () => state.parse(JSON.parse(await readFile(join(home, 'run/state.json'), 'utf8')));
  const { urls } = await read();
  return {
    home,
    gateway: urls.gateway,
    mail: urls.mail,
    meshAdmin: urls.mesh,
    state: read,
    [Symbol.asyncDispose]: stop,
  };
}

async function ready(child: ChildProcess): Promise<void> {
  let output = '';
  const come = new Promise<void>((resolve, reject) => {
    const take = (text: string) => {
      output += text;
      if (/^Ticketaka is ready: http:\/\/localhost:\d+$/m.test(output)) resolve();
    };
    child.stdout?.setEncoding('utf8').on('data', take);
    child.stderr?.setEncoding('utf8').on('data', take);
    child.once('exit', (code) => reject(new Error(`npm start ended with ${code}:\n${output}`)));
  });
  await come;
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  await exited;
}

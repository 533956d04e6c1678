import { type ChildProcess, spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { forgetSkewedClock, skewedClock } from '../setup/skewed-clock.ts';
import type { Outage } from './history.ts';
import type { ReplicaLine, ReplicaOptions } from './replica.ts';
import { tossSecretKey, type World } from './world.ts';

interface Heard {
  ready: [url: string];
  claiming: [];
  error: [Error];
}

export interface ReplicaProcess extends AsyncDisposable {
  readonly url: string;
  /** SIGKILL, and waits until it is gone. */
  kill(): Promise<void>;
  signal(signal: 'SIGSTOP' | 'SIGCONT'): void;
  /** Resolves when it is about to write a claim. */
  claiming(): Promise<void>;
  /** Lets it write. */
  goOn(): void;
}

/** A replica that can be killed and stopped: of the same service, on the servers of the world, selling the same. */
export async function startReplica(
  world: World,
  {
    workloads,
    hesitates = false,
    servers = world.servers,
    clockSeconds = 0,
  }: Partial<Pick<ReplicaOptions, 'workloads' | 'hesitates' | 'servers'>> & {
    /** How far its clock is ahead. */
    readonly clockSeconds?: number;
  },
): Promise<ReplicaProcess> {
  // Its own, so that what it leaves behind when it is killed can be found.
  const folder = await mkdtemp(join(tmpdir(), 'replica-'));
  const child = spawn(process.execPath, [fileURLToPath(new URL('replica.ts', import.meta.url))], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: {
      ...process.env,
      ...(clockSeconds !== 0 && skewedClock(clockSeconds)),
      TMPDIR: folder,
      NODE_OPTIONS: '--disable-warning=ExperimentalWarning',
    },
  });
  const options: ReplicaOptions = {
    servers,
    identity: world.server.identity,
    tossUrl: world.sandbox.url,
    tossSecretKey,
    shows: [...world.server.neighbours.shows.values()],
    hesitates,
    ...(workloads && { workloads }),
  };
  child.stdin.write(`${JSON.stringify(options)}\n`);
  const heard = new EventEmitter<Heard>();
  createInterface({ input: child.stdout }).on('line', (text) => {
    // It wrote it as this type.
    const line = JSON.parse(text) as ReplicaLine;
    if (line.says === 'ready') heard.emit('ready', line.url);
    if (line.says === 'claiming') heard.emit('claiming');
    if (line.says === 'silence') world.outages.push(inOurTime(line));
  });
  child.once('exit', () => heard.emit('error', new Error('the replica has ended')));
  const [url] = await once(heard, 'ready');
  // From now on somebody hears of its end when they wait for something else.
  heard.on('error', () => undefined);
  return {
    url,
    kill: () => killed(child, folder),
    signal: (signal) => void child.kill(signal),
    async claiming() {
      await once(heard, 'claiming');
    },
    goOn: () => void child.stdin.write('go\n'),
    [Symbol.asyncDispose]: () => killed(child, folder),
  };
}

type Silence = Extract<ReplicaLine, { says: 'silence' }>;

function inOurTime({ silence: { from, until }, now }: Silence): Outage {
  const behind = Date.now() - now;
  return { from: from + behind, until: until + behind };
}

async function killed(child: ChildProcess, folder: string): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }
  if (child.pid !== undefined) await forgetSkewedClock(child.pid);
  await rm(folder, { recursive: true, force: true });
}

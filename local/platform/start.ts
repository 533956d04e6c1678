import { StartFailed } from '../process/index.ts';
import { Locked, takeLock } from './lock.ts';
import { type Paths, pathsOf } from './paths.ts';
import { Platform } from './platform.ts';
import { PortTaken } from './ports.ts';
import { Progress } from './progress.ts';
import { UnknownService } from './selection.ts';
import { readState } from './state.ts';
import { stopRequests } from './stop-requests.ts';
import { summaryOf } from './summary.ts';
import { followLogs } from './verbose.ts';

export interface StartOptions {
  readonly home?: string;
  readonly port: number;
  readonly mailPort: number;
  readonly only?: readonly string[];
  readonly verbose: boolean;
  readonly docker: boolean;
}

/** `npm start`: brings the platform up, keeps it up, and takes it down. @returns the exit code */
export async function start({ home, verbose, ...options }: StartOptions): Promise<number> {
  const paths = pathsOf(home);
  const progress = new Progress(process.stdout);
  // A terminal or a pipe that goes away must not take the platform with it before it has stopped in order.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
  let unlock: () => void;
  try {
    unlock = takeLock(paths.lock);
  } catch (error) {
    if (!(error instanceof Locked)) throw error;
    console.error(runningAlready(paths, error.pid));
    return 1;
  }
  const stopping = stopRequests();
  try {
    const platform = new Platform({ paths, progress, ...options });
    const follower = verbose ? followLogs(platform, progress) : undefined;
    const code = await run({ platform, progress, stopping, paths });
    follower?.stop();
    return code;
  } catch (error) {
    if (!(error instanceof UnknownService)) throw error;
    console.error(error.message);
    return 2;
  } finally {
    unlock();
  }
}

interface Run {
  readonly platform: Platform;
  readonly progress: Progress;
  readonly stopping: ReturnType<typeof stopRequests>;
  readonly paths: Paths;
}

async function run({ platform, progress, stopping, paths }: Run): Promise<number> {
  stopping.onSecond(() => {
    platform.kill();
    process.exit(130);
  });
  const started = platform.start().then(
    () => undefined,
    (error: unknown) => error ?? new Error('start failed'),
  );
  const first = await Promise.race([started.then((failure) => ({ failure })), stopping.first]);
  if (typeof first === 'object' && first.failure === undefined) {
    for (const line of summaryOf(platform.state(), { paths, progress })) progress.line(line);
    await stopping.first;
  }
  progress.close();
  const failure = typeof first === 'object' ? first.failure : undefined;
  if (failure !== undefined) tellFailure(failure, progress);
  progress.line(failure === undefined ? 'Stopping …' : 'Stopping what had been started …');
  const since = performance.now();
  await platform.stop();
  progress.line(`Stopped (${((performance.now() - since) / 1000).toFixed(1)} s)`);
  return failure === undefined ? 0 : 1;
}

function tellFailure(failure: unknown, progress: Progress): void {
  const tell = (text: string) => progress.line(`${progress.paint('red', 'Not started:')} ${text}`);
  if (failure instanceof PortTaken) {
    const option = failure.use === 'mail' ? '--mail-port' : '--port';
    tell(`${failure.message}. Choose another: npm start -- ${option} ${failure.port + 1}`);
  } else if (failure instanceof StartFailed) {
    tell(`${failure.message}. Its last lines, of ${failure.logPath}:`);
    for (const line of failure.lastLines) progress.line(`    ${line}`);
  } else if (failure instanceof Error) {
    tell(failure.message);
  } else {
    tell(String(failure));
  }
}

function runningAlready(paths: Paths, pid: number): string {
  const urls = Object.entries(readState(paths.state)?.urls ?? {}).map(([name, url]) => `  ${name.padEnd(10)} ${url}`);
  return [
    `Ticketaka runs already (process ${pid}), from ${paths.home}:`,
    ...urls,
    `Stop it with Ctrl-C there, or: kill ${pid}`,
  ].join('\n');
}

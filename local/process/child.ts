import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { backOff } from './back-off.ts';
import type { ChildSpec } from './child-spec.ts';
import type { Guard } from './guard.ts';
import type { LogFile } from './log-file.ts';
import { endGroup, signalGroup } from './process-table.ts';

export interface Death {
  /** `exit code 1`, `SIGKILL`, or why it could not be started. */
  readonly cause: string;
  readonly lastLines: readonly string[];
  /** How long until it is started again. */
  readonly restartMs: number;
}

export interface ChildOptions {
  readonly log: LogFile;
  readonly guard: Guard;
  readonly cwd: string;
  /** Milliseconds to wait after a number of deaths in a row. @default backOff */
  readonly backOff?: (failures: number) => number;
  /** A child that was ready for this long, in milliseconds, starts afresh in the eyes of the back-off. @default 60000 */
  readonly healthyMs?: number;
  readonly onSpawn?: (pid: number) => void;
  readonly onReady?: () => void;
  /** It died, and will be started again. */
  readonly onDeath?: (death: Death) => void;
}

/** The first start did not succeed. The message says how; the child has been stopped. */
export class StartFailed extends Error {
  override readonly name = 'StartFailed';
  readonly child: string;
  readonly lastLines: readonly string[];
  readonly logPath: string;

  constructor(child: string, why: string, log: LogFile) {
    super(`${child} ${why}`);
    this.child = child;
    this.lastLines = log.lastLines(shownLines);
    this.logPath = log.path;
  }
}

const shownLines = 10;
/** Deaths before it was ever ready, after which another try would only end the same way. */
const hopelessDeaths = 3;

type State = 'new' | 'starting' | 'ready' | 'dead' | 'stopping' | 'stopped';

/** One supervised process with all its descendants: they share a process group, and go together. */
export class Child {
  readonly spec: ChildSpec;
  readonly #options: ChildOptions;
  readonly #stopping = new AbortController();
  readonly #first = Promise.withResolvers<void>();
  #state: State = 'new';
  #everReady = false;
  #process: ChildProcess | undefined;
  #finished: Promise<void> = Promise.resolve();

  constructor(spec: ChildSpec, options: ChildOptions) {
    this.spec = spec;
    this.#options = options;
    // Whoever starts a child waits for it; stopping one that is not ready yet must not count as unhandled.
    this.#first.promise.catch(() => {});
  }

  get state(): State {
    return this.#state;
  }

  /** Of the process that runs now, and of its group. */
  get pid(): number | undefined {
    return this.#process?.pid;
  }

  /**
   * Starts it, and keeps it running until `stop`. Resolves once it is ready for the first time.
   * @throws StartFailed when it is not ready within its limit, or dies again and again
   */
  start(): Promise<void> {
    if (this.#state !== 'new') throw new Error(`${this.spec.name} was started before`);
    this.#finished = this.#keepRunning();
    return this.#first.promise;
  }

  /** Asks the whole group to end, and kills it after `stopTimeoutMs`. Resolves when nothing of it runs. */
  async stop(): Promise<void> {
    if (this.#state === 'stopped') return;
    this.#state = 'stopping';
    this.#stopping.abort();
    this.#first.reject(new StartFailed(this.spec.name, 'was stopped', this.#options.log));
    const { stopSignal = 'SIGTERM', stopTimeoutMs = 5_000 } = this.spec;
    const group = this.pid;
    if (group !== undefined) signalGroup(group, stopSignal);
    const late = setTimeout(() => this.kill(), stopTimeoutMs);
    await this.#finished;
    clearTimeout(late);
    this.#state = 'stopped';
  }

  /** Kills the whole group at once. Unless it is being stopped, it will be started again. */
  kill(): void {
    if (this.pid !== undefined) signalGroup(this.pid, 'SIGKILL');
  }

  async #keepRunning(): Promise<void> {
    const { healthyMs = 60_000, backOff: wait = backOff } = this.#options;
    const { name, readyTimeoutMs = 60_000 } = this.spec;
    const limit = setTimeout(() => this.#giveUp(`was not ready within ${readyTimeoutMs / 1000} s`), readyTimeoutMs);
    let failures = 0;
    while (!this.#stopping.signal.aborted) {
      const { cause, readyMs } = await this.#runOnce();
      if (this.#stopping.signal.aborted) break;
      failures = readyMs !== undefined && readyMs >= healthyMs ? 1 : failures + 1;
      this.#state = 'dead';
      if (failures >= hopelessDeaths)
        this.#giveUp(`ended ${failures} times before it was ready, at last with ${cause}`);
      if (this.#stopping.signal.aborted) break;
      const restartMs = wait(failures);
      this.#options.onDeath?.({ cause, lastLines: this.#options.log.lastLines(shownLines), restartMs });
      await delay(restartMs, undefined, { signal: this.#stopping.signal }).catch(() => {});
    }
    clearTimeout(limit);
    this.#state = 'stopped';
    this.#first.reject(new StartFailed(name, 'was stopped', this.#options.log));
  }

  /** From start to end of one process. Tells for how long it was ready, if it ever was. */
  async #runOnce(): Promise<{ cause: string; readyMs?: number }> {
    this.#state = 'starting';
    const { guard, log, cwd, onSpawn } = this.#options;
    const { command, args, env } = this.spec;
    const child = spawn(command, args, {
      cwd: this.spec.cwd ?? cwd,
      env: { ...process.env, ...env },
      // A group of its own: a Ctrl-C of the terminal must reach the supervisor only, which stops things in order.
      detached: true,
      stdio: ['ignore', log.descriptor, log.descriptor],
    });
    const ended = endOf(child);
    const { pid } = child;
    if (pid === undefined) return { cause: await ended };
    this.#process = child;
    guard.watch(pid);
    onSpawn?.(pid);

    const over = new AbortController();
    const readiness = this.#awaitReady(AbortSignal.any([over.signal, this.#stopping.signal]));
    const cause = await ended;
    over.abort();
    // What the leader leaves behind would hold its ports.
    await endGroup(pid);
    guard.forget(pid);
    this.#process = undefined;
    const readyAt = await readiness;
    return readyAt === undefined ? { cause } : { cause, readyMs: performance.now() - readyAt };
  }

  async #awaitReady(signal: AbortSignal): Promise<number | undefined> {
    try {
      await this.spec.ready(signal);
    } catch (error) {
      if (signal.aborted) return undefined;
      // It runs, but will never serve: before the first success that is final, later another start may help.
      this.#giveUp(error instanceof Error ? error.message : String(error));
      this.kill();
      return undefined;
    }
    if (signal.aborted) return undefined;
    this.#state = 'ready';
    this.#everReady = true;
    this.#options.onReady?.();
    this.#first.resolve();
    return performance.now();
  }

  /** Ends the first start without success. Does nothing once there was one. */
  #giveUp(why: string): void {
    if (this.#everReady) return;
    this.#first.reject(new StartFailed(this.spec.name, why, this.#options.log));
    this.#stopping.abort();
    this.kill();
  }
}

function endOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => resolve(signal ?? `exit code ${code}`));
  });
}

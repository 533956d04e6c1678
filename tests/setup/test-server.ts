import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ChildSpec, endGroup, type Guard, pauseGroup, signalGroup } from '@ticketaka/local/process/index';
import { forgetSkewedClock } from './skewed-clock.ts';

export interface TestServerOptions {
  /** For the logs. */
  readonly dir: string;
  readonly guard: Guard;
}

/** One server for tests: started and killed when a test says so, never by itself. RabbitMQ is two processes. */
export class TestServer {
  readonly #specs: readonly ChildSpec[];
  readonly #options: TestServerOptions;
  readonly #running = new Map<number, ChildProcess>();

  constructor(specs: readonly ChildSpec[], options: TestServerOptions) {
    this.#specs = specs;
    this.#options = options;
  }

  /** @throws with the end of its log when it ends, or is not ready after two minutes */
  async start(): Promise<void> {
    if (this.#running.size > 0) throw new Error('it is running');
    try {
      await Promise.all(this.#specs.map((spec) => this.#startOne(spec)));
    } catch (error) {
      await this.kill();
      throw error;
    }
  }

  async kill(): Promise<void> {
    await Promise.all(
      [...this.#running].map(async ([group, child]) => {
        const exit = child.exitCode === null && child.signalCode === null ? once(child, 'exit') : undefined;
        signalGroup(group, 'SIGKILL');
        await exit;
        await endGroup(group);
        await forgetSkewedClock(group);
        this.#options.guard.forget(group);
        this.#running.delete(group);
      }),
    );
  }

  async signal(signal: NodeJS.Signals): Promise<void> {
    for (const group of this.#running.keys()) {
      if (signal === 'SIGSTOP') await pauseGroup(group);
      else signalGroup(group, signal);
    }
  }

  async #startOne(spec: ChildSpec) {
    const log = join(this.#options.dir, `${spec.name}.log`);
    const descriptor = openSync(log, 'a');
    const child = spawn(spec.command, spec.args, {
      cwd: this.#options.dir,
      env: { ...process.env, ...spec.env },
      detached: true,
      stdio: ['ignore', descriptor, descriptor],
    });
    closeSync(descriptor);
    await once(child, 'spawn');
    if (child.pid === undefined) throw new Error(`${spec.name} has no process`);
    this.#options.guard.watch(child.pid);
    this.#running.set(child.pid, child);

    const over = new AbortController();
    const exited = once(child, 'exit', { signal: over.signal }).then(
      ([code, signal]: unknown[]) => {
        over.abort();
        throw new Error(`${spec.name} ended (${String(signal ?? code)}): ${lastLines(log)}`);
      },
      () => {
        // Ready before it ended: nobody waits for the exit any more.
      },
    );
    const limit = AbortSignal.timeout(120_000);
    try {
      await Promise.race([exited.then(() => over.signal), spec.ready(AbortSignal.any([over.signal, limit]))]);
    } catch (error) {
      throw new Error(`${spec.name} did not start: ${String(error)}\n${lastLines(log)}`, { cause: error });
    } finally {
      over.abort();
    }
  }
}

function lastLines(log: string) {
  return readFileSync(log, 'utf8').trimEnd().split('\n').slice(-20).join('\n');
}

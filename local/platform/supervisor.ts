import { join } from 'node:path';
import { Child, type ChildSpec, type Death, type Guard, LogFile, startGuard, startTimeOf } from '../process/index.ts';
import { type Paths, root } from './paths.ts';
import type { ChildState } from './state.ts';

/** In the order in which they stop: nobody loses what it stands on before it has finished. */
const tiers = ['workload', 'mesh', 'server'] as const;
export type Tier = (typeof tiers)[number];

/** From the wish to stop until everything is killed, in milliseconds. */
const stopLimitMs = 9_000;

export interface SupervisorOptions {
  readonly paths: Paths;
  /** A child started, became ready, died or stopped. */
  readonly onChange: () => void;
  readonly onDeath: (name: string, death: Death, logPath: string) => void;
  readonly onBack: (name: string) => void;
}

interface Member {
  readonly child: Child;
  readonly tier: Tier;
  readonly log: LogFile;
}

/** All processes of a platform. */
export class Supervisor {
  readonly #options: SupervisorOptions;
  readonly #guard: Guard = startGuard();
  readonly #members: Member[] = [];
  #stopping = false;

  constructor(options: SupervisorOptions) {
    this.#options = options;
  }

  /** Starts a child, and keeps it running. Resolves when it is ready. @throws StartFailed */
  async start(spec: ChildSpec, tier: Tier): Promise<void> {
    if (this.#stopping) return;
    const { paths, onChange, onDeath, onBack } = this.#options;
    const log = new LogFile(join(paths.logs, `${spec.name}.log`));
    let died = false;
    const child = new Child(spec, {
      log,
      guard: this.#guard,
      cwd: root,
      onSpawn: onChange,
      onReady: () => {
        onChange();
        if (died) onBack(spec.name);
        died = false;
      },
      onDeath: (death) => {
        died = true;
        onChange();
        onDeath(spec.name, death, log.path);
      },
    });
    this.#members.push({ child, tier, log });
    await child.start();
  }

  /** Lines that were written to the logs since the last call. */
  newLines(): readonly { readonly name: string; readonly line: string }[] {
    return this.#members.flatMap(({ child, log }) => log.newLines().map((line) => ({ name: child.spec.name, line })));
  }

  children(): ChildState[] {
    return this.#members.flatMap(({ child }) => {
      const { pid, state, spec } = child;
      const startTime = pid === undefined ? undefined : startTimeOf(pid);
      if (pid === undefined || startTime === undefined) return [];
      const { admin, ...others } = spec.ports ?? {};
      const [port] = Object.values(others);
      return {
        name: spec.name,
        pid,
        startTime,
        state: state === 'ready' ? ('ready' as const) : ('starting' as const),
        ports: spec.ports ?? {},
        ...(port !== undefined && { port }),
        ...(admin !== undefined && { adminPort: admin }),
      };
    });
  }

  /** Stops workloads, then the mesh and sandboxes, then servers. After nine seconds the rest is killed. */
  async stop(): Promise<void> {
    this.#stopping = true;
    const limit = setTimeout(() => this.kill(), stopLimitMs);
    for (const tier of tiers) {
      const members = this.#members.filter((member) => member.tier === tier);
      await Promise.all(members.map(({ child }) => child.stop()));
      this.#options.onChange();
    }
    clearTimeout(limit);
    this.#guard.close();
    for (const { log } of this.#members) log.close();
  }

  /** Kills everything at once. */
  kill(): void {
    this.#stopping = true;
    for (const { child } of this.#members) child.kill();
  }
}

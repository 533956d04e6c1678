/** A process that the supervisor runs: a backing server, a workload, the mesh, a sandbox. */
export interface ChildSpec {
  /** Unique in the platform, and the name of its log file: `auth-api`, `mariadb`. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** Added to the supervisor's own environment; `undefined` takes a variable away. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** @default the root of the repository */
  readonly cwd?: string;
  /**
   * Resolves once the process really serves, and not before: it polls, until `signal` is aborted.
   * Called after every start, so after a crash too. Rejects only when waiting longer is no use.
   */
  ready(signal: AbortSignal): Promise<void>;
  /** How long the first start may take until `ready`. @default 60000 */
  readonly readyTimeoutMs?: number;
  /** Sent to the process group to stop it. `SIGKILL` for a server that loses nothing by it and is slow otherwise. @default 'SIGTERM' */
  readonly stopSignal?: NodeJS.Signals;
  /** After this the whole group is killed. @default 5000 */
  readonly stopTimeoutMs?: number;
  /** Ports that the process listens on, by what they serve; recorded in `run/state.json`. */
  readonly ports?: Readonly<Record<string, number>>;
}

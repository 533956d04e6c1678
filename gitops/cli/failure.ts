/** How a command can end, as its exit code. Scripts switch on them: they are part of the interface. */
export const exitCodes = {
  done: 0,
  /** `diff`: something would change. `status`: something is degraded, failed or aborted. `notify`: Slack refused it. */
  negative: 1,
  usage: 2,
  /** No cluster, repository or webhook answers. */
  unreachable: 3,
  /** It answers, and refuses: no rights, a protected branch, a hook that says no. */
  denied: 4,
  /** Somebody else changed the same thing meanwhile, or the repository is not what the command expects. */
  conflict: 5,
  /** There are changes that are not committed. */
  dirty: 6,
  /** `status` without `--watch`: it is still under way, or nobody knows. */
  undecided: 7,
  timeout: 124,
  interrupted: 130,
} as const;

export type Ending = keyof typeof exitCodes;

/** An end that the user can do something about: told as one text, without a stack. Anything else that is thrown is a bug. */
export class Failure extends Error {
  override readonly name = 'Failure';
  readonly ending: Ending;

  constructor(ending: Exclude<Ending, 'done'>, message: string, options?: ErrorOptions) {
    super(message, options);
    this.ending = ending;
  }
}

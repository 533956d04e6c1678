/** A part of a process with a life of its own: a pool, a server, a relay. */
export interface Component {
  readonly name: string;
  start?(): Promise<void>;
  /** Finishes what is under way, then closes. Called once, after everything that stands on it has stopped. */
  stop?(): Promise<void>;
}

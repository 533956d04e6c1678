import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';
import { Failure } from './failure.ts';
import type { Terminal } from './terminal.ts';

/** What a verb is given of the world. */
export interface Context {
  readonly terminal: Terminal;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Aborted on Ctrl-C. */
  readonly signal: AbortSignal;
}

/** One verb of the command line: a module that exports these. */
export interface Verb {
  /** Everything about it, for `--help`. */
  readonly help: string;
  /** @returns the exit code */
  run(args: readonly string[], context: Context): Promise<number>;
}

/**
 * Parses the arguments of a verb. `--help` is answered before, by `main`.
 * @throws {Failure} usage
 */
export function parseOptions<O extends ParseArgsOptionsConfig>(args: readonly string[], options: O) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    throw new Failure('usage', error instanceof Error ? error.message : String(error), { cause: error });
  }
}

/** @throws {Failure} usage, when the option is missing */
export function required(value: string | undefined, option: string): string {
  if (value === undefined || value === '') throw new Failure('usage', `${option} is missing`);
  return value;
}

/** @throws {Failure} usage, when there is not exactly one */
export function onlyService(words: readonly string[]): string {
  const [service, ...more] = words;
  if (service === undefined) throw new Failure('usage', 'say which service');
  if (more.length > 0) throw new Failure('usage', `one service at a time, not also ${more.join(' ')}`);
  return serviceName(service);
}

/** A name that is a folder's too: nothing else may come from the command line into a path. */
export function serviceName(name: string): string {
  if (/^[a-z][a-z0-9-]{0,62}$/.test(name)) return name;
  throw new Failure('usage', `'${name}' is not a service's name: small letters, digits and hyphens`);
}

/** @throws {Failure} usage */
export function environmentName(name: string): string {
  if (/^[a-z][a-z0-9-]{0,30}$/.test(name)) return name;
  throw new Failure('usage', `'${name}' is not an environment's name: dev, staging or prod`);
}

/** @throws {Failure} usage, for anything but a whole number of at least `least` */
export function wholeNumber(text: string, option: string, least = 1): number {
  const number = Number(text);
  if (/^\d+$/.test(text) && number >= least) return number;
  throw new Failure('usage', `${option} takes a whole number of at least ${least}, not '${text}'`);
}

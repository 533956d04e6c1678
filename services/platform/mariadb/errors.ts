import { isNativeError } from 'node:util/types';

/** An error as the driver throws it. `errno` is the server's number, the driver's own above 45000, or Node's below 0. */
interface SqlErrorLike extends Error {
  readonly errno: number;
  readonly sqlMessage?: string | null;
  readonly fatal?: boolean;
}

/**
 * MariaDB is away, or this process may not use more of it just now: the caller may try again soon.
 * The `http` module answers 503 to any error with `unavailable: true`.
 */
export class Unavailable extends Error {
  override readonly name = 'Unavailable';
  readonly unavailable = true;
}

/** True for every error, of this module or another, that says of itself that trying again soon may help. */
export function isUnavailable(error: unknown): boolean {
  return isNativeError(error) && 'unavailable' in error && error.unavailable === true;
}

/**
 * True when a statement broke a unique key.
 * @param keyName the key that must be the broken one, `PRIMARY` for the primary key. @default any
 */
export function isDuplicateKey(error: unknown, keyName?: string): boolean {
  if (!isSqlError(error) || error.errno !== duplicateKey) return false;
  if (keyName === undefined) return true;
  // MariaDB names the key last; the value before it may hold anything, quotes included.
  return /for key '(?:[^']*\.)?([^'.]+)'$/.exec(textOf(error))?.[1] === keyName;
}

/** A deadlock, or a lock that was not free in time: the whole transaction may run again. */
export function isLockConflict(error: unknown): boolean {
  return isSqlError(error) && (error.errno === deadlock || error.errno === lockWaitTimeout);
}

export function isSqlError(error: unknown): error is SqlErrorLike {
  // Not `instanceof`: Node's own errors of a socket come from another realm where tests run in one of their own.
  return isNativeError(error) && 'errno' in error && typeof error.errno === 'number';
}

const deadlock = 1213;
const lockWaitTimeout = 1205;
const duplicateKey = 1062;

/** The server is shutting down, has no connection left for us, killed ours, or is read-only during a fail-over. */
const serverRefuses = new Set([1040, 1053, 1203, 1226, 1290, 1836, 1927, 3169]);
/** The driver's: the pool is closed, or had no connection for us in time. */
const poolRefuses = new Set([45027, 45028, 45035, 45037, 45060, 45061]);
/** Their messages quote the value, which may be somebody's address. */
const quotesValue = new Set([duplicateKey, 1292, 1366, 1411]);

/**
 * What callers get to see of a driver's error: losses become {@link Unavailable}, and values that the server quotes in
 * its message are taken out, since messages end in logs.
 */
export function translate(error: unknown): unknown {
  if (!isSqlError(error)) return error;
  // Node's own errors of a socket or a name, which the driver passes on as they are, have negative numbers.
  const isLoss = error.fatal === true || error.errno < 0;
  if (isLoss || serverRefuses.has(error.errno) || poolRefuses.has(error.errno)) {
    return new Unavailable(`MariaDB is not available: ${textOf(error)}`, { cause: error });
  }
  if (quotesValue.has(error.errno)) withoutValues(error);
  return error;
}

function withoutValues(error: SqlErrorLike) {
  const kept = textOf(error)
    .replace(/^Duplicate entry '.*' for key '/s, "Duplicate entry '…' for key '")
    .replace(/^((?:Incorrect|Truncated incorrect) \S+ value: )'.*'( for (?:column|function) .*)?$/s, "$1'…'$2");
  const { message, stack } = error;
  error.message = `MariaDB error ${error.errno}: ${kept}`;
  // V8 wrote the message into the stack when the error was made.
  if (stack !== undefined) error.stack = stack.replace(message, () => error.message);
  Object.assign(error, { sqlMessage: kept });
}

/** The server's own words, without the statement that the driver adds to the message. */
function textOf(error: SqlErrorLike): string {
  return error.sqlMessage ?? error.message.split('\nsql: ')[0] ?? error.message;
}

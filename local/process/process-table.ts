import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

/** A process and when it started: a pid alone may have been given to another process since. */
export interface ProcessIdentity {
  readonly pid: number;
  readonly startTime: string;
}

interface ProcessStatus {
  readonly state: string;
  readonly group: number;
  readonly startTime: string;
}

const hasProc = process.platform === 'linux';

/** When the process started, in the system's own words; undefined when there is none, or it is dead and unburied. */
export function startTimeOf(pid: number): string | undefined {
  if (hasProc) {
    const status = readStatus(pid);
    return status && status.state !== 'Z' ? `${bootId()}-${status.startTime}` : undefined;
  }
  try {
    const ps = execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return ps.trim() || undefined;
  } catch {
    // ps exits with 1 when there is no such process.
    return undefined;
  }
}

export function isSameProcess({ pid, startTime }: ProcessIdentity): boolean {
  return startTimeOf(pid) === startTime;
}

/** Sends a signal to every process of the group. A group that is gone already is no error. */
export function signalGroup(group: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-group, signal);
  } catch (error) {
    if (codeOf(error) !== 'ESRCH' && codeOf(error) !== 'EPERM') throw error;
  }
}

/** Kills what is left of a group and waits, at most `limitMs`, until nothing of it runs. */
export async function endGroup(group: number, limitMs = 2_000): Promise<void> {
  const deadline = performance.now() + limitMs;
  while (isGroupAlive(group) && performance.now() < deadline) {
    signalGroup(group, 'SIGKILL');
    await delay(20);
  }
}

/** Whether a process of the group still runs. The dead that nobody has buried do not count. */
export function isGroupAlive(group: number): boolean {
  try {
    process.kill(-group, 0);
  } catch (error) {
    if (codeOf(error) === 'ESRCH') return false;
    if (codeOf(error) !== 'EPERM') throw error;
  }
  if (!hasProc) return true;
  return readdirSync('/proc').some((entry) => {
    if (!/^\d+$/.test(entry)) return false;
    const status = readStatus(Number(entry));
    return status?.group === group && status.state !== 'Z';
  });
}

/**
 * Stops a group by SIGSTOP and waits, at most `limitMs`, until each of its threads stands still: a signal takes a moment
 * to reach them all, in which they may still answer. Where there is no /proc it does not wait.
 */
export async function pauseGroup(group: number, limitMs = 2_000): Promise<void> {
  signalGroup(group, 'SIGSTOP');
  if (!hasProc) return;
  const deadline = performance.now() + limitMs;
  while (threadsOf(group).some((state) => !'TtZX'.includes(state)) && performance.now() < deadline) {
    await delay(5);
  }
}

/** States of all threads of a group. */
function threadsOf(group: number): string[] {
  const pids = readdirSync('/proc').filter(
    (entry) => /^\d+$/.test(entry) && readStatus(Number(entry))?.group === group,
  );
  return pids.flatMap((pid) => {
    try {
      return readdirSync(`/proc/${pid}/task`).map(
        (thread) => readStatus(`${Number(pid)}/task/${thread}`)?.state ?? 'X',
      );
    } catch {
      // The process ended.
      return [];
    }
  });
}

/** See proc(5): the name in parentheses may hold anything, so fields are counted from behind it. */
function readStatus(pid: number | `${number}/task/${string}`): ProcessStatus | undefined {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    // The process ended.
    return undefined;
  }
  const [state = '', , group = ''] = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const startTime = text.slice(text.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  return { state, group: Number(group), startTime };
}

let knownBootId: string | undefined;

/** Start times count from the boot, so they mean nothing after the next one. */
function bootId(): string {
  knownBootId ??= readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').slice(0, 8);
  return knownBootId;
}

function codeOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
}

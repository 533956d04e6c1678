import { linkSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { isSameProcess, startTimeOf } from '../process/index.ts';
import { readJsonFile } from './json-file.ts';

const owner = z.object({ pid: z.int(), startTime: z.string() });

/** Held by another process that is alive. */
export class Locked extends Error {
  override readonly name = 'Locked';
  readonly pid: number;

  constructor(file: string, pid: number) {
    super(`${file} is held by process ${pid}`);
    this.pid = pid;
  }
}

/**
 * Takes a lock file for this process. One whose owner is dead is replaced.
 * @returns what gives it back
 * @throws Locked
 */
export function takeLock(file: string): () => void {
  mkdirSync(dirname(file), { recursive: true });
  const mine = `${file}.${process.pid}`;
  writeFileSync(mine, JSON.stringify({ pid: process.pid, startTime: startTimeOf(process.pid) }));
  try {
    for (;;) {
      try {
        // A link, unlike a file that is opened and then written, is there with its content at once or not at all.
        linkSync(mine, file);
        return () => rmSync(file, { force: true });
      } catch (error) {
        if (codeOf(error) !== 'EEXIST') throw error;
      }
      removeStale(file);
    }
  } finally {
    rmSync(mine, { force: true });
  }
}

/** As `takeLock`, but waits for its turn. For what takes seconds at most. */
export async function waitForLock(file: string, limitMs: number): Promise<() => void> {
  const deadline = performance.now() + limitMs;
  for (;;) {
    try {
      return takeLock(file);
    } catch (error) {
      if (!(error instanceof Locked) || performance.now() > deadline) throw error;
      await delay(50);
    }
  }
}

function removeStale(file: string): void {
  const found = readJsonFile(file, owner);
  if (found && isSameProcess(found)) throw new Locked(file, found.pid);
  // Moved, not deleted: if another process has replaced the stale one since it was read, its lock is put back.
  const aside = `${file}.${process.pid}.stale`;
  try {
    renameSync(file, aside);
    const moved = readJsonFile(aside, owner);
    if (moved && isSameProcess(moved)) linkSync(aside, file);
    rmSync(aside, { force: true });
  } catch (error) {
    // Another process was faster.
    if (codeOf(error) !== 'ENOENT' && codeOf(error) !== 'EEXIST') throw error;
  }
}

/** The process that holds the lock now. */
export function holderOf(file: string): number | undefined {
  const found = readJsonFile(file, owner);
  return found && isSameProcess(found) ? found.pid : undefined;
}

function codeOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
}

import { execFile } from 'node:child_process';
import { join } from 'node:path';
import type { Platform } from './platform.ts';

const root = join(import.meta.dirname, '../..');

/** Runs a command as `npm run <name> --` would, on this platform. */
export async function runCommand({ home }: Platform, ...words: readonly string[]) {
  const args = ['local/main.ts', ...words, '--home', home];
  return await new Promise<{ code: number; output: string }>((resolve) => {
    execFile(process.execPath, args, { cwd: root }, (error, stdout, stderr) => {
      // An exit code where the command ended by itself; anything else is a failure to start it.
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : -1;
      resolve({ code, output: stdout + stderr });
    });
  });
}

import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { poll } from './poll.ts';

const run = promisify(execFile);

/**
 * Ends a server that an earlier run left behind when it was killed: it would still hold the data folder.
 * @param pidFile what the server wrote when it started; it may be missing or old
 * @param folder must be in the command line of the process, since the number may be another's by now
 */
export async function endLeftOver(pidFile: string, folder: string): Promise<void> {
  const pid = Number.parseInt(await readFile(pidFile, 'utf8').catch(() => ''), 10);
  if (!Number.isSafeInteger(pid) || pid <= 1) return;
  if (!(await commandLine(pid)).includes(folder)) return;
  process.kill(pid, 'SIGKILL');
  await poll(AbortSignal.timeout(10_000), async () => {
    if ((await commandLine(pid)).includes(folder)) throw new Error(`process ${pid} does not end`);
  });
}

async function commandLine(pid: number): Promise<string> {
  // A small Linux has no ps.
  if (process.platform === 'linux') return await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  const { stdout } = await run('ps', ['-ww', '-o', 'args=', '-p', String(pid)]).catch(() => ({ stdout: '' }));
  return stdout;
}

import { waitFor } from '@ticketaka/platform/testing';
import type { Platform } from '../e2e/platform.ts';

/** The process of a child as it runs now. @throws Error when there is none */
export async function processOf(platform: Platform, name: string): Promise<number> {
  const { children } = await platform.state();
  const child = children.find((candidate) => candidate.name === name);
  if (!child) throw new Error(`${name} does not run`);
  return child.pid;
}

/** Kills a child, and resolves when the supervisor has started another in its place and everything is ready again. */
export async function killed(platform: Platform, name: string): Promise<void> {
  const pid = await processOf(platform, name);
  process.kill(pid, 'SIGKILL');
  await waitFor(async () => (await processOf(platform, name)) !== pid, {
    what: `another ${name}`,
    timeoutMs: 30_000,
    intervalMs: 100,
  });
  await untilReady(platform);
}

/** Resolves when every child is ready, each workload by its own word. */
async function untilReady(platform: Platform): Promise<void> {
  await waitFor(
    async () => {
      const { children } = await platform.state();
      const workloads = children.flatMap(({ adminPort }) => adminPort ?? []);
      const answers = await Promise.all(
        workloads.map(async (port) => {
          const response = await fetch(`http://127.0.0.1:${port}/readyz`, { signal: AbortSignal.timeout(2_000) });
          await response.body?.cancel();
          return response.ok;
        }),
      );
      return children.every(({ state }) => state === 'ready') && answers.every(Boolean);
    },
    { what: 'the platform to be ready again', timeoutMs: 60_000, intervalMs: 100 },
  );
}

import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** A process of a workload. */
export interface Subject {
  /** `auth-api`; several replicas have one name. */
  readonly workload: string;
  readonly pid: number;
  readonly adminPort: number;
}

/** Of the largest replica of a workload, in bytes. */
export interface Memory {
  readonly resident: number;
  readonly heap: number;
}

const everyMs = 500;
/** Of the kernel's clock, by which /proc counts. */
const ticksPerSecond = 100;

/** Looks at processes twice a second while something goes on. Linux only. */
export async function memoryWhile(
  subjects: readonly Subject[],
  during: () => Promise<unknown>,
): Promise<ReadonlyMap<string, Memory>> {
  const peaks = new Map<string, Memory>();
  const done = new AbortController();
  const looking = (async () => {
    while (!done.signal.aborted) {
      await Promise.all(subjects.map((subject) => look(subject, peaks)));
      await sleep(everyMs);
    }
  })();
  await Promise.all([looking, during().finally(() => done.abort())]);
  return peaks;
}

async function look(subject: Subject, peaks: Map<string, Memory>): Promise<void> {
  const { resident = 0, heap = 0 } = peaks.get(subject.workload) ?? {};
  const now = await memoryOf(subject);
  peaks.set(subject.workload, { resident: Math.max(resident, now.resident), heap: Math.max(heap, now.heap) });
}

async function memoryOf({ pid, adminPort }: Subject): Promise<Memory> {
  const metrics = await (await fetch(`http://127.0.0.1:${adminPort}/metrics`)).text();
  const [, heap] = /^nodejs_heap_size_used_bytes(?:\{[^}]*\})? (\S+)$/m.exec(metrics) ?? [];
  const [, kilobytes] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  if (heap === undefined || kilobytes === undefined) throw new Error(`process ${pid} does not say what it uses`);
  return { resident: Number(kilobytes) * 1024, heap: Number(heap) };
}

/** CPU time that the replicas of each workload have used so far, in seconds. */
export function cpuOf(subjects: readonly Subject[]): ReadonlyMap<string, number> {
  const used = new Map<string, number>();
  for (const { workload, pid } of subjects) {
    // The name in brackets may hold spaces.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
    const seconds = (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
    used.set(workload, (used.get(workload) ?? 0) + seconds);
  }
  return used;
}

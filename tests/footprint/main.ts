import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { type Platform, startPlatform } from '../e2e/platform.ts';
import { createLoads } from './loads.ts';
import { cpuOf, type Memory, memoryWhile, type Subject } from './sampler.ts';

const usage = `Measures what each workload uses, on the whole platform as npm start brings it up.

npm run footprint [-- --seconds 20]

  --seconds    how long each load lasts

docs/scale.md has a run, and the rule by which requests and limits come of it. Needs Linux and some minutes.`;

const { values } = parseArgs({
  options: { seconds: { type: 'string', default: '20' }, help: { type: 'boolean', default: false } },
});
const seconds = Number(values.seconds);
if (values.help || !(seconds > 0)) {
  console.log(usage);
  process.exitCode = values.help ? 0 : 2;
} else await measure();

async function measure(): Promise<void> {
  // As in a pod: nothing was compiled before, and the heap has a bound.
  delete process.env['NODE_COMPILE_CACHE'];
  process.env['NODE_ENV'] = 'production';
  process.env['NODE_OPTIONS'] = '--max-old-space-size=384';
  await using platform = await startPlatform();
  const subjects = await workloadsOf(platform);
  const replicas = Map.groupBy(subjects, ({ workload }) => workload);

  const start = cpuOf(subjects);
  const idle = await memoryWhile(subjects, () => sleep(seconds * 1_000));
  const rest = cpuOf(subjects);
  console.log(`\nat rest, after the start and a catalogue of some hundred performances:\n`);
  console.log('| workload | replicas | MiB | heap, MiB | CPU of a replica |\n|---|---|---|---|---|');
  for (const [workload, { length }] of replicas) {
    const used = ((rest.get(workload) ?? 0) - (start.get(workload) ?? 0)) / seconds / length;
    console.log(`| ${workload} | ${length} | ${memory(idle.get(workload))} | ${(used * 1_000).toFixed(0)} m |`);
  }

  const peaks = new Map<string, Memory>(idle);
  console.log(
    '\nunder load:\n\n| load | a second | workload | CPU for one | MiB | heap, MiB |\n|---|---|---|---|---|---|',
  );
  for (const load of await createLoads(platform)) {
    const before = cpuOf(subjects);
    let count = 0;
    const seen = await memoryWhile(subjects, async () => {
      count = await load.run(seconds);
    });
    const after = cpuOf(subjects);
    for (const [workload, now] of seen) {
      const { resident, heap } = peaks.get(workload) ?? now;
      peaks.set(workload, { resident: Math.max(resident, now.resident), heap: Math.max(heap, now.heap) });
    }
    for (const workload of load.workloads) {
      const each = ((after.get(workload) ?? 0) - (before.get(workload) ?? 0)) / count;
      const rate = (count / seconds).toFixed(count / seconds < 10 ? 1 : 0);
      console.log(
        `| ${load.name} | ${rate} | ${workload} | ${(each * 1_000).toFixed(2)} ms | ${memory(seen.get(workload))} |`,
      );
    }
  }

  console.log('\nmost at any time:\n\n| workload | MiB | heap, MiB |\n|---|---|---|');
  for (const [workload, most] of peaks) console.log(`| ${workload} | ${memory(most)} |`);
}

async function workloadsOf(platform: Platform): Promise<readonly Subject[]> {
  const { children } = await platform.state();
  return children.flatMap(({ name, pid, adminPort }) =>
    // The mesh has such a port too.
    adminPort === undefined || name === 'mesh' ? [] : [{ workload: name.replace(/-\d+$/, ''), pid, adminPort }],
  );
}

function memory(of: Memory | undefined): string {
  const mebibytes = (bytes = 0) => (bytes / 2 ** 20).toFixed(0);
  return `${mebibytes(of?.resident)} | ${mebibytes(of?.heap)}`;
}
